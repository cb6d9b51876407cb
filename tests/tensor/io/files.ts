/**
 * What the tests of files need: a folder that goes away, and errors of promises.
 *
 * @module
 */

import { assertThrows } from "@std/assert/throws";

/** Runs `f` with the path of a new folder, which is removed afterwards. */
export async function inFolder(f: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await f(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asserts that a promise is rejected with an error of a class whose message includes a text. */
export async function assertRejects(
  f: () => Promise<unknown>,
  Kind: new (message: string) => Error,
  message: string,
): Promise<void> {
  let rejection: unknown;
  try {
    await f();
  } catch (error) {
    rejection = error;
  }
  assertThrows(
    () => {
      if (rejection !== undefined) throw rejection;
    },
    Kind,
    message,
  );
}

/** The names of the files in a folder, in order. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
