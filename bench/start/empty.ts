/**
 * A process that does nothing: what the host itself needs.
 *
 * @module
 */
console.log(0);
