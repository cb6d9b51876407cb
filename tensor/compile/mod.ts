/**
 * Compiled programs.
 *
 * @module
 */
export { compile, type Compiled, type CompileOptions } from "./compile.ts";
export { format } from "./listing.ts";
export type { Program } from "./program.ts";
