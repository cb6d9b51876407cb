/**
 * Compiled programs.
 *
 * @module
 */
export { compile, type CompileOptions } from "./compile.ts";
