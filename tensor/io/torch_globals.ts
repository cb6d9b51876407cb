/**
 * The names in torch's pickles that stand for tensors, containers and numbers.
 *
 * @module
 */

import type { SourceType } from "./elements.ts";
import { PickleDict, type PickleGlobal } from "./pickle.ts";

/** A storage in a file: a row of elements. */
export class TorchStorage {
  /** The type of the elements; null if the tensors say it. */
  readonly source: SourceType | null;
  /** Its name in the file. */
  readonly key: string;
  /** How many elements it has; bytes if the tensors say their type. */
  readonly count: number;

  /** As a persistent id describes it. */
  constructor(source: SourceType | null, key: string, count: number) {
    this.source = source;
    this.key = key;
    this.count = count;
  }
}

/** A tensor in a file: a view of a storage. */
export class TorchView {
  /** What it is a view of. */
  readonly storage: TorchStorage;
  /** The type of its elements. */
  readonly source: SourceType;
  /** Its first element. */
  readonly offset: number;
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** How far the elements of each axis are apart. */
  readonly strides: readonly number[];

  /** As the arguments of torch's `_rebuild_tensor_v2` describe it. */
  constructor(
    storage: TorchStorage,
    source: SourceType,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage;
    this.source = source;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

const STORAGES: Readonly<Record<string, SourceType>> = {
  "torch.DoubleStorage": "float64",
  "torch.FloatStorage": "float32",
  "torch.HalfStorage": "float16",
  "torch.BFloat16Storage": "bfloat16",
  "torch.LongStorage": "int64",
  "torch.IntStorage": "int32",
  "torch.ShortStorage": "int16",
  "torch.CharStorage": "int8",
  "torch.ByteStorage": "uint8",
  "torch.BoolStorage": "bool",
};

const UNTYPED = "torch.storage.UntypedStorage";

const DTYPES: Readonly<Record<string, SourceType>> = {
  "torch.float64": "float64",
  "torch.float32": "float32",
  "torch.float16": "float16",
  "torch.bfloat16": "bfloat16",
  "torch.int64": "int64",
  "torch.int32": "int32",
  "torch.int16": "int16",
  "torch.int8": "int8",
  "torch.uint64": "uint64",
  "torch.uint32": "uint32",
  "torch.uint16": "uint16",
  "torch.uint8": "uint8",
  "torch.bool": "bool",
};

/** The global of a name in a pickle of torch, as {@linkcode PickleGlobal} describes; undefined if it is refused. */
export function torchGlobal(operation: string, name: string): PickleGlobal | undefined {
  if (Object.hasOwn(STORAGES, name) || Object.hasOwn(DTYPES, name) || name === UNTYPED) return { name };
  const call = CALLS[name];
  return call === undefined || !Object.hasOwn(CALLS, name) ? undefined : {
    name,
    call: (args) => {
      const value = call(args);
      if (value === undefined) throw new SyntaxError(`${operation} expects other arguments for ${name}`);
      return value;
    },
  };
}

/** The storage of a persistent id, which torch writes as `("storage", class, key, device, count)`. */
export function torchStorage(operation: string, id: unknown): TorchStorage {
  const [kind, type, key, , count] = Array.isArray(id) ? id : [];
  const name = (type as PickleGlobal | undefined)?.name ?? "";
  const known = Object.hasOwn(STORAGES, name) || name === UNTYPED;
  if (kind !== "storage" || !known || typeof key !== "string" || !isCount(count)) {
    throw new SyntaxError(`${operation} expects storages outside of the pickle but got another reference`);
  }
  return new TorchStorage(STORAGES[name] ?? null, key, count);
}

/** What the known functions give for arguments; undefined for wrong ones. */
const CALLS: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
  "torch._utils._rebuild_tensor": ([storage, offset, shape, strides]) =>
    view(storage, null, offset, shape, strides),
  "torch._utils._rebuild_tensor_v2": ([storage, offset, shape, strides]) =>
    view(storage, null, offset, shape, strides),
  "torch._utils._rebuild_tensor_v3": ([storage, offset, shape, strides, _requiresGrad, _hooks, dtype]) =>
    view(storage, DTYPES[(dtype as PickleGlobal | undefined)?.name ?? ""] ?? null, offset, shape, strides),
  "torch._utils._rebuild_parameter": ([data]) => data instanceof TorchView ? data : undefined,
  "torch.Size": ([shape]) => isCounts(shape) ? shape : undefined,
  "torch.device": (parts) =>
    parts.every((part) => isCount(part) || typeof part === "string") ? parts.join(":") : undefined,
  "collections.OrderedDict": ([pairs = []]) => dictOf(pairs),
  "collections.Counter": ([dict = new PickleDict()]) => dict instanceof PickleDict ? dict : undefined,
  "builtins.set": ([list = []]) => Array.isArray(list) ? new Set(list) : undefined,
  "__builtin__.set": ([list = []]) => Array.isArray(list) ? new Set(list) : undefined,
  "builtins.frozenset": ([list = []]) => Array.isArray(list) ? new Set(list) : undefined,
  "__builtin__.frozenset": ([list = []]) => Array.isArray(list) ? new Set(list) : undefined,
  "builtins.bytearray": ([text, encoding]) => bytesOf(text, encoding),
  "__builtin__.bytearray": ([text, encoding]) => bytesOf(text, encoding),
  "builtins.bytes": ([text = ""]) => bytesOf(text, "latin1"),
  "__builtin__.bytes": ([text = ""]) => bytesOf(text, "latin1"),
  "_codecs.encode": ([text, encoding]) => bytesOf(text, encoding),
};

function view(
  storage: unknown,
  dtype: SourceType | null,
  offset: unknown,
  shape: unknown,
  strides: unknown,
): TorchView | undefined {
  if (!(storage instanceof TorchStorage) || !isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
    return undefined;
  }
  const source = dtype ?? storage.source;
  if (source === null || shape.length !== strides.length) return undefined;
  return new TorchView(storage, source, offset, [...shape], [...strides]);
}

function dictOf(pairs: unknown): PickleDict | undefined {
  if (!Array.isArray(pairs)) return undefined;
  const dict = new PickleDict();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    dict.items.set(pair[0], pair[1]);
  }
  return dict;
}

// Protocol 2 has no bytes, so Python writes them as a text of characters up to 255.
function bytesOf(text: unknown, encoding: unknown): Uint8Array | undefined {
  if (text instanceof Uint8Array) return text;
  if (typeof text !== "string" || encoding !== "latin1") return undefined;
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  return codes.some((code) => code > 255) ? undefined : Uint8Array.from(codes);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}
