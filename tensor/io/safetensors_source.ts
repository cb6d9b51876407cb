/**
 * Safetensors files, one or several with an index, of which each tensor is read when it is asked for.
 *
 * @module
 */
import { DTYPES } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { tensorFromBytes } from "../make_tensor.ts";
import type { RecordDType } from "./array_record.ts";
import type { SourceType } from "./elements.ts";
import { type FilePath, readBytesSync } from "./files.ts";
import { decodeEntry } from "./safetensors.ts";
import { readHeaderLength, readSafetensorsHeader, type SafetensorsEntry } from "./safetensors_header.ts";
import { tensorOfRecord } from "./tensor_record.ts";

// What is read at a time: a tensor as a whole would lie in memory twice until the garbage collector comes.
const SCRATCH_BYTES = 1 << 20;

/** Open files of tensors. `using` closes them, or `close`. */
export interface SafetensorsSource extends Disposable {
  /** The shape of each tensor by name; nothing of the data is read for it. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Free text by name, of all files; empty if they have none. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Reads one tensor, and nothing else. */
  read(name: string): Tensor;
  /** Closes the files; nothing can be read then. */
  close(): void;
}

/** One open file. */
interface Opened {
  readonly path: string;
  readonly file: Deno.FsFile;
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: readonly (readonly [string, string])[];
  readonly dataStart: number;
}

/**
 * Opens a safetensors file, or the index of several (`model.safetensors.index.json`), and reads only the headers.
 * `read` then seeks to a tensor and reads that one, so the memory needed is that of the
 * tensors that are kept, and a megabyte. `fromTorch` of `@weft/weft/nn` takes such a source. Needs the permission to read.
 *
 * @param path The file; a name that ends with `.json` is an index, whose files are in its folder.
 * @returns The source; its types are converted as `loadSafetensors` does.
 * @throws {Deno.errors.NotFound} If a file is missing.
 * @throws {SyntaxError} If a header or the index is damaged, a file is truncated, or the index and the files differ.
 * Nothing stays open then.
 *
 * @example
 * ```ts
 * import { ones } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = `${await Deno.makeTempDir()}/model.safetensors`;
 * await io.saveSafetensors(path, { weight: ones([2, 3]), bias: ones([2]) });
 * using source = io.openSafetensors(path);
 * assertEquals(source.shapes, { weight: [2, 3], bias: [2] });
 * assertEquals(source.read("bias").toArray(), [1, 1]);
 * ```
 */
export function openSafetensors(path: FilePath): SafetensorsSource {
  const files: Opened[] = [];
  const close = (): void => {
    for (const { file } of files.splice(0)) file.close();
  };
  try {
    const isIndex = String(path).endsWith(".json");
    const index = isIndex ? readIndex(path) : null;
    const names = index === null ? [path] : [...new Set(index.values())].map((name) => sibling(path, name));
    for (const name of names) files.push(openFile(name));
    const places = new Map<string, readonly [Opened, SafetensorsEntry]>();
    for (const opened of files) {
      for (const entry of opened.entries) {
        if (places.has(entry.name)) {
          throw new SyntaxError(
            `openSafetensors of ${path} expects each name in one file but got ${
              JSON.stringify(entry.name)
            } twice`,
          );
        }
        places.set(entry.name, [opened, entry]);
      }
    }
    if (index !== null) checkIndex(path, index, places);
    return {
      shapes: Object.fromEntries([...places].map(([name, [, { shape }]]) => [name, shape])),
      metadata: Object.fromEntries(files.flatMap(({ metadata }) => metadata)),
      read(name) {
        const place = places.get(name);
        if (place === undefined) {
          throw new RangeError(`openSafetensors of ${path} expects a tensor of the file but got ${name}`);
        }
        if (files.length === 0) {
          throw new RangeError(`openSafetensors of ${path} expects to read ${name} but got closed files`);
        }
        return readTensor(...place);
      },
      close,
      [Symbol.dispose]: close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function openFile(path: FilePath): Opened {
  const operation = `openSafetensors of ${path}`;
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(`openSafetensors expects to read ${path} but got no file`, {
      cause: error,
    });
  }
  try {
    const { size } = file.statSync();
    const first = readAt(operation, file, 0, Math.min(8, size));
    const headerEnd = 8 + readHeaderLength(operation, first, size);
    const header = readSafetensorsHeader(operation, readAt(operation, file, 0, headerEnd), size);
    return { path: String(path), file, ...header };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readTensor({ path, file, dataStart }: Opened, entry: SafetensorsEntry): Tensor {
  const operation = `openSafetensors of ${path}`;
  const { source, shape, begin, end } = entry;
  if (shape.length > 0 && end > begin && inPlace(source)) {
    return tensorFromBytes(source, shape, (bytes) => {
      const scratch = new Uint8Array(Math.min(bytes.length, SCRATCH_BYTES));
      for (let at = 0; at < bytes.length; at += scratch.length) {
        const part = scratch.subarray(0, Math.min(scratch.length, bytes.length - at));
        readInto(operation, file, dataStart + begin + at, part);
        bytes.set(part, at);
      }
    });
  }
  const stored = readAt(operation, file, dataStart + begin, end - begin);
  return tensorOfRecord(decodeEntry(operation, entry, stored));
}

/** Whether elements lie in memory as they do in the file. A bool is checked, other types are converted. */
function inPlace(source: SourceType | undefined): source is Exclude<RecordDType, "bool"> {
  return source !== undefined && source !== "bool" && (DTYPES as readonly string[]).includes(source);
}

function readAt(operation: string, file: Deno.FsFile, begin: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  readInto(operation, file, begin, bytes);
  return bytes;
}

function readInto(operation: string, file: Deno.FsFile, begin: number, bytes: Uint8Array): void {
  file.seekSync(begin, Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) {
      throw new SyntaxError(`${operation} expects ${bytes.length} bytes at offset ${begin} but got ${at}`);
    }
    at += count;
  }
}

/** The file of each tensor by name. */
function readIndex(path: FilePath): ReadonlyMap<string, string> {
  const text = new TextDecoder().decode(readBytesSync("openSafetensors", path));
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch {
    throw new SyntaxError(
      `openSafetensors of ${path} expects an index in JSON but got ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  const map = (index as { readonly weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    throw new SyntaxError(`openSafetensors of ${path} expects an index with a weight_map but got none`);
  }
  for (const [name, file] of Object.entries(map)) {
    // A file outside of the folder is none of the index's business.
    if (typeof file !== "string" || file === "" || file === ".." || /[/\\]/.test(file)) {
      throw new SyntaxError(
        `openSafetensors of ${path} expects a file of its folder for ${JSON.stringify(name)} but got ${
          JSON.stringify(file)
        }`,
      );
    }
  }
  return new Map(Object.entries(map as Record<string, string>));
}

function checkIndex(
  path: FilePath,
  index: ReadonlyMap<string, string>,
  places: ReadonlyMap<string, readonly [Opened, SafetensorsEntry]>,
): void {
  const missing = [...index].filter(([name, file]) =>
    places.get(name)?.[0].path !== String(sibling(path, file))
  );
  const unexpected = [...places.keys()].filter((name) => !index.has(name));
  if (missing.length + unexpected.length === 0) return;
  throw new SyntaxError(
    `openSafetensors of ${path} expects the tensors of its files but got some missing ${
      missing.map(([name, file]) => `${name} in ${file}`).join(", ") || "none"
    }, unexpected ${unexpected.join(", ") || "none"}`,
  );
}

/** The path of a file in the folder of another. */
export function sibling(path: FilePath, name: string): FilePath {
  if (path instanceof URL) return new URL(encodeURIComponent(name), path);
  return path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1) + name;
}
