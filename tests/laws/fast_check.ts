/**
 * The types of fast-check that laws are made of.
 *
 * @module
 */

/**
 * Random values of a type, which fast-check draws and shrinks.
 *
 * @internal
 */
export type Arbitrary<T> = import("fast-check").Arbitrary<T>;

/**
 * A law that `fc.assert` checks over random values.
 *
 * @internal
 */
export type Law<Values> = import("fast-check").IProperty<Values>;
