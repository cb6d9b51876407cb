/**
 * The bytes of named modules: those that are ready need not be assembled.
 *
 * @module
 */
import { assemble, type ModuleBuilder } from "./assembler.ts";
import { READY } from "./ready.ts";

/**
 * The bytes of the module called `name`, which `define` writes. The name says all that the bytes depend on. An engine
 * that cannot read base64 assembles them.
 */
export function assembled(name: string, define: (module: ModuleBuilder) => void): Uint8Array<ArrayBuffer> {
  const text = READY[name];
  return text === undefined || Uint8Array.fromBase64 === undefined
    ? assemble(define)
    : Uint8Array.fromBase64(text);
}
