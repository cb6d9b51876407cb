/**
 * Whole files: reading them, and replacing them so that a crash leaves the old or the new one, never a part.
 * Deno is looked up when a function is called, so that other runtimes can import the functions on bytes.
 *
 * @module
 */

/** Where a file is. */
export type FilePath = string | URL;

/**
 * The bytes of a file.
 *
 * @throws {Deno.errors.NotFound} If there is none; other errors of Deno too, naming the operation and the path.
 */
export async function readBytes(operation: string, path: FilePath): Promise<Uint8Array> {
  checkRuntime(operation);
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw fileError(`${operation} expects to read ${path}`, error);
  }
}

/** {@linkcode readBytes} without a promise. */
export function readBytesSync(operation: string, path: FilePath): Uint8Array {
  checkRuntime(operation);
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    throw fileError(`${operation} expects to read ${path}`, error);
  }
}

/**
 * Writes a file beside the path, flushes it to the disk and renames it to the path, so that whoever reads the path
 * finds the old file or all of the new one. A symbolic link stays and its target is replaced.
 *
 * @throws {Deno.errors.NotFound} If the folder is missing; other errors of Deno too, naming the operation and the
 * path. The file beside is removed then.
 * @throws {TypeError} If the path is no regular file, such as a folder or a device.
 */
export async function replaceFile(operation: string, path: FilePath, bytes: Uint8Array): Promise<void> {
  checkRuntime(operation);
  try {
    const { target, options } = locate(
      path,
      await ifFound(Deno.stat(path)),
      await ifFound(Deno.realPath(path)),
    );
    const temporary = beside(target);
    const file = await Deno.open(temporary, options);
    try {
      try {
        for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
        await file.sync();
      } finally {
        file.close();
      }
      await Deno.rename(temporary, target);
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
  } catch (error) {
    throw fileError(`${operation} expects to write ${path}`, error);
  }
}

/** {@linkcode replaceFile} without a promise. */
export function replaceFileSync(operation: string, path: FilePath, bytes: Uint8Array): void {
  checkRuntime(operation);
  try {
    const { target, options } = locate(
      path,
      ifFoundSync(() => Deno.statSync(path)),
      ifFoundSync(() => Deno.realPathSync(path)),
    );
    const temporary = beside(target);
    const file = Deno.openSync(temporary, options);
    try {
      try {
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
        file.syncSync();
      } finally {
        file.close();
      }
      Deno.renameSync(temporary, target);
    } catch (error) {
      ifFoundSync(() => Deno.removeSync(temporary));
      throw error;
    }
  } catch (error) {
    throw fileError(`${operation} expects to write ${path}`, error);
  }
}

interface Located {
  readonly target: FilePath;
  readonly options: Deno.OpenOptions;
}

function locate(path: FilePath, info: Deno.FileInfo | undefined, real: string | undefined): Located {
  if (info !== undefined && !info.isFile) {
    throw new TypeError(`${info.isDirectory ? "a folder" : "a device"} instead of a regular file`);
  }
  // A file that only its owner may read stays one.
  const mode = info?.mode ? { mode: info.mode & 0o777 } : {};
  return { target: real ?? path, options: { write: true, createNew: true, ...mode } };
}

function beside(target: FilePath): FilePath {
  const ending = `.${crypto.randomUUID().slice(0, 8)}.tmp`;
  if (typeof target === "string") return target + ending;
  const url = new URL(target);
  url.pathname += ending;
  return url;
}

async function ifFound<T>(value: Promise<T>): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function ifFoundSync<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function checkRuntime(operation: string): void {
  if (typeof Deno === "undefined") {
    throw new TypeError(
      `${operation} expects the files of Deno but got another runtime: use the functions on bytes there`,
    );
  }
}

// The same class, so that `instanceof Deno.errors.NotFound` holds; Deno names its own call and the path once more.
function fileError(expectation: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const Kind = error.constructor as new (message: string, options: ErrorOptions) => Error;
  return new Kind(`${expectation} but got ${error.message.replace(/: [a-z]+ '.*$/s, "")}`, { cause: error });
}
