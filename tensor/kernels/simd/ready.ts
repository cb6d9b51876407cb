/**
 * Modules that need not be assembled: none in the sources, those of common programs in the package as it is published.
 *
 * @module
 */

/** The bytes of modules by their names, in base64. */
export const READY: Readonly<Record<string, string>> = {};
