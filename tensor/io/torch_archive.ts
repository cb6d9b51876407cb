/**
 * The archives that torch.save writes: a pickle, and a file for each storage.
 *
 * @module
 */

import { countElements } from "./array_record.ts";
import { decodeElements, type Elements, SOURCE_SIZES, type SourceType } from "./elements.ts";
import { PickleDict, readPickle } from "./pickle.ts";
import { torchGlobal, type TorchStorage, torchStorage, type TorchView } from "./torch_globals.ts";
import { readZip } from "./zip.ts";

/** The elements of a tensor, and how it sees them. */
export interface StridedRecord extends Elements {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** How far the elements of each axis are apart in the data. */
  readonly strides: readonly number[];
}

/** What is in an archive: the value of the pickle, in which tensors are {@linkcode TorchView}s, and their elements. */
export interface TorchArchive {
  /** The value of the pickle. */
  readonly value: unknown;
  /** The elements of a tensor: in order, or strided where that is smaller. */
  readonly elements: (view: TorchView) => StridedRecord;
}

// What files of torch before 1.6 begin with: a pickle of a number.
const LEGACY_START = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc];

/**
 * Reads an archive of torch.save.
 *
 * @throws {SyntaxError} If the archive or its pickle is damaged.
 * @throws {TypeError} If it is none, or the pickle has a name or an instruction that is not known.
 */
export function readTorchArchive(operation: string, bytes: Uint8Array): TorchArchive {
  if (LEGACY_START.every((byte, i) => bytes[i] === byte)) {
    throw new TypeError(
      `${operation} expects a zip archive but got the format before torch 1.6: save it again with torch.save`,
    );
  }
  const list = readZip(operation, bytes);
  const entries = new Map(list.map((entry) => [entry.name, entry]));
  if (entries.size < list.length) throw new SyntaxError(`${operation} expects each name in the archive once`);
  const pickles = [...entries.keys()].filter((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new TypeError(
      `${operation} expects an archive of torch.save with one data.pkl but got ${pickles.length} among its ${entries.size} files`,
    );
  }
  const folder = pickles[0].slice(0, -"data.pkl".length);
  const order = entries.get(`${folder}byteorder`)?.read();
  const bigEndian = order !== undefined && new TextDecoder().decode(new Uint8Array(order)) === "big";
  const value = readPickle({
    operation: `${operation} of ${pickles[0]}`,
    global: (name) => torchGlobal(operation, name),
    persistent: (id) => torchStorage(operation, id),
  }, entries.get(pickles[0])!.read());
  const storages = new Map<string, Elements>();
  const elementsOf = ({ key, count, source: own }: TorchStorage, source: SourceType): Elements => {
    const name = `${folder}data/${key}`;
    const known = storages.get(`${source} ${key}`);
    if (known !== undefined) return known;
    const stored = entries.get(name)?.read();
    const expected = own === null ? count : count * SOURCE_SIZES[source];
    if (stored === undefined || stored.length !== expected || expected % SOURCE_SIZES[source] !== 0) {
      throw new SyntaxError(
        `${operation} expects ${expected} bytes of ${source} in ${name} but got ${
          stored?.length ?? "no such file"
        }`,
      );
    }
    const elements = decodeElements(`${operation} of ${name}`, stored, source, bigEndian);
    storages.set(`${source} ${key}`, elements);
    return elements;
  };
  return {
    value,
    elements: (view) => gather(operation, view, elementsOf(view.storage, view.source)),
  };
}

/** The elements that a view sees. */
function gather(
  operation: string,
  { shape, strides, offset }: TorchView,
  { dtype, data }: Elements,
): StridedRecord {
  const count = countElements(operation, shape);
  const rowMajor = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  if (count === 0) return { dtype, shape, strides: rowMajor, data: data.subarray(0, 0) };
  const span = shape.reduce((last, size, axis) => last + (size - 1) * strides[axis], 1);
  if (offset + span > data.length) {
    throw new SyntaxError(
      `${operation} expects a tensor inside of its storage of ${data.length} elements but got [${shape}] with strides [${strides}] from ${offset} on`,
    );
  }
  // A tensor that repeats elements may be larger than the file by any factor.
  if (count > span) return { dtype, shape, strides, data: data.subarray(offset, offset + span) };
  const isRowMajor = shape.every((size, axis) => size === 1 || strides[axis] === rowMajor[axis]);
  if (isRowMajor) return { dtype, shape, strides: rowMajor, data: data.subarray(offset, offset + count) };
  const gathered = data.slice(0, count);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0, at = offset; i < count; i++) {
    gathered[i] = data[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return { dtype, shape, strides: rowMajor, data: gathered };
}

/** Whether a value of a pickle is a container. */
export function isContainer(value: unknown): value is PickleDict | readonly unknown[] | Set<unknown> {
  return value instanceof PickleDict || Array.isArray(value) || value instanceof Set;
}
