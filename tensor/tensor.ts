/**
 * Tensors: immutable values with a shape and a dtype, laid over storage in the heap.
 *
 * @module
 */
import { type DType, isHalf, itemSize, type TypedArray, typedArray } from "./dtype.ts";
import { formatTensor } from "./format.ts";
import { fromStored, viewOf } from "./kernels/kernel.ts";
import { nest, type NestedNumbers } from "./nested.ts";
import { views } from "./runtime/heap.ts";
import type { Storage } from "./runtime/storage.ts";
import { formatShape, isContiguous, type Layout, type Shape, sizeOf } from "./shape.ts";

/** What is known of a tensor before it has a value. */
export interface Abstract {
  /** Extent of each axis. */
  readonly shape: Shape;
  /** Type of the elements. */
  readonly dtype: DType;
}

/** A tensor, or a JavaScript number that takes the dtype of what it meets. */
export type TensorLike = Tensor | number;

/** Where a tracer stands on its tape. */
export interface TraceNode {
  /** The recorder that the operations on this tracer go to. */
  readonly recorder: Recorder;
  /** The slot of the tape that this tracer stands for. */
  readonly slot: number;
  /** The value, where the recording computes along; null where nothing is known yet. */
  readonly value: Tensor | null;
}

/** The part of a tape under construction that tensors know of. */
export interface Recorder {
  /** Recorders that were opened later are further in. */
  readonly order: number;
  /** The name of the function that records, for errors. */
  readonly name: string;
}

/** The element-by-element forwards of the free functions; see `forward`. */
export interface Forwards {
  add(x: Tensor, y: TensorLike): Tensor;
  subtract(x: Tensor, y: TensorLike): Tensor;
  multiply(x: Tensor, y: TensorLike): Tensor;
  divide(x: Tensor, y: TensorLike): Tensor;
  power(x: Tensor, y: TensorLike): Tensor;
  maximum(x: Tensor, y: TensorLike): Tensor;
  minimum(x: Tensor, y: TensorLike): Tensor;
  equal(x: Tensor, y: TensorLike): Tensor;
  less(x: Tensor, y: TensorLike): Tensor;
  greater(x: Tensor, y: TensorLike): Tensor;
  matmul(x: Tensor, y: Tensor): Tensor;
  negative(x: Tensor): Tensor;
  abs(x: Tensor): Tensor;
  exp(x: Tensor): Tensor;
  log(x: Tensor): Tensor;
  sqrt(x: Tensor): Tensor;
  square(x: Tensor): Tensor;
  tanh(x: Tensor): Tensor;
  sigmoid(x: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  sum(x: Tensor, options?: ReduceOptions): Tensor;
  mean(x: Tensor, options?: ReduceOptions): Tensor;
  max(x: Tensor, options?: ReduceOptions): Tensor;
  min(x: Tensor, options?: ReduceOptions): Tensor;
  argmax(x: Tensor, options?: ArgReduceOptions): Tensor;
  reshape(x: Tensor, shape: Shape): Tensor;
  transpose(x: Tensor, axes?: readonly number[]): Tensor;
  broadcastTo(x: Tensor, shape: Shape): Tensor;
  slice(x: Tensor, ranges: readonly SliceRange[]): Tensor;
  cast(x: Tensor, dtype: DType): Tensor;
  index(x: Tensor, position: number): Tensor;
}

/** Which axes a reduction runs over. */
export interface ReduceOptions {
  /** The axes, negative ones counted from the end; all of them by default. */
  readonly axes?: number | readonly number[];
  /** Keeps the reduced axes with extent 1; false by default. */
  readonly keepDims?: boolean;
  /** Bools that broadcast to the tensor: only where they are true do elements take part; all do by default. */
  readonly where?: TensorLike;
}

/** The names of `ReduceOptions`. */
export const REDUCE_OPTIONS = { axes: true, keepDims: true, where: true } as const;

/** Which axis an index is found along. */
export interface ArgReduceOptions {
  /** The axis; over the flattened tensor by default. */
  readonly axis?: number;
  /** Keeps the reduced axis with extent 1; false by default. */
  readonly keepDims?: boolean;
}

/** The names of `ArgReduceOptions`. */
export const ARG_REDUCE_OPTIONS = { axis: true, keepDims: true } as const;

/** A range of one axis: `[start, stop, step]`, an open side null, negative positions from the end; or null for all. */
export type SliceRange =
  | readonly [start: number | null, stop?: number | null, step?: number | null]
  | null;

let forwards: Forwards | null = null;

/** Connects the methods of tensors to the free functions, which live above this file. */
export function forward(functions: Forwards): void {
  forwards = functions;
}

function methods(): Forwards {
  if (forwards === null) {
    throw new TypeError("Expected the operations to be loaded: import tensors from the module's face");
  }
  return forwards;
}

/**
 * An immutable array of elements of one dtype. Free functions make and combine tensors; the methods forward to
 * them. A tensor of a recording (a tracer) is one too, with a shape and a dtype but perhaps no value yet.
 */
export class Tensor implements Layout, Abstract {
  /** Extent of each axis. */
  readonly shape: Shape;
  /** Type of the elements. */
  readonly dtype: DType;
  /** Elements of storage to step over along each axis. */
  readonly strides: readonly number[];
  /** Element of the storage where the first element lies. */
  readonly offset: number;
  /**
   * The range of the heap below; null for a constant and for a tracer.
   *
   * @internal
   */
  readonly storage: Storage | null;
  /** The life of the storage that this tensor belongs to. */
  readonly generation: number;
  /** The one value of all elements, for a constant that takes no storage. */
  readonly constant: number;
  /**
   * The place on a tape, for a tracer.
   *
   * @internal
   */
  readonly node: TraceNode | null;

  /** Tensors are made by free functions such as `tensor` and `zeros`. */
  constructor(
    dtype: DType,
    shape: Shape,
    strides: readonly number[],
    offset: number,
    storage: Storage | null,
    constant: number,
    node: TraceNode | null,
  ) {
    this.shape = shape;
    this.dtype = dtype;
    this.strides = strides;
    this.offset = offset;
    this.storage = storage;
    this.generation = storage === null ? 0 : storage.generation;
    this.constant = constant;
    this.node = node;
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The one element of a tensor of size 1, as a number; a bool is 0 or 1. */
  item(): number {
    if (this.size !== 1) {
      throw new RangeError(`item expects a tensor of one element but got shape ${formatShape(this.shape)}`);
    }
    if (this.node === null && this.storage === null) return this.constant;
    const concrete = valueOf(this, "item");
    if (concrete.dtype === "key") throw new TypeError("item expects numbers but got a random key");
    if (concrete.storage === null) return concrete.constant;
    const { dtype, offset } = concrete;
    return fromStored(dtype, viewOf(views(), dtype)[concrete.storage.address / itemSize(dtype) + offset]);
  }

  /** A copy of the elements, row-major, in a typed array of the dtype, float16 and bfloat16 as float32; a key is two words. */
  data(): TypedArray {
    return readData(valueOf(this, "data"));
  }

  /** The elements as nested arrays, bools as booleans; a number for a scalar. */
  toArray(): NestedNumbers {
    const concrete = valueOf(this, "toArray");
    if (concrete.dtype === "key") throw new TypeError("toArray expects numbers but got a random key");
    return nest(readData(concrete), this.shape, concrete.dtype === "bool");
  }

  /** `add(this, y)`. */
  add(y: TensorLike): Tensor {
    return methods().add(this, y);
  }
  /** `subtract(this, y)`. */
  subtract(y: TensorLike): Tensor {
    return methods().subtract(this, y);
  }
  /** `multiply(this, y)`. */
  multiply(y: TensorLike): Tensor {
    return methods().multiply(this, y);
  }
  /** `divide(this, y)`. */
  divide(y: TensorLike): Tensor {
    return methods().divide(this, y);
  }
  /** `power(this, y)`. */
  power(y: TensorLike): Tensor {
    return methods().power(this, y);
  }
  /** `maximum(this, y)`. */
  maximum(y: TensorLike): Tensor {
    return methods().maximum(this, y);
  }
  /** `minimum(this, y)`. */
  minimum(y: TensorLike): Tensor {
    return methods().minimum(this, y);
  }
  /** `equal(this, y)`. */
  equal(y: TensorLike): Tensor {
    return methods().equal(this, y);
  }
  /** `less(this, y)`. */
  less(y: TensorLike): Tensor {
    return methods().less(this, y);
  }
  /** `greater(this, y)`. */
  greater(y: TensorLike): Tensor {
    return methods().greater(this, y);
  }
  /** `matmul(this, y)`. */
  matmul(y: Tensor): Tensor {
    return methods().matmul(this, y);
  }
  /** `negative(this)`. */
  negative(): Tensor {
    return methods().negative(this);
  }
  /** `abs(this)`. */
  abs(): Tensor {
    return methods().abs(this);
  }
  /** `exp(this)`. */
  exp(): Tensor {
    return methods().exp(this);
  }
  /** `log(this)`. */
  log(): Tensor {
    return methods().log(this);
  }
  /** `sqrt(this)`. */
  sqrt(): Tensor {
    return methods().sqrt(this);
  }
  /** `square(this)`. */
  square(): Tensor {
    return methods().square(this);
  }
  /** `tanh(this)`. */
  tanh(): Tensor {
    return methods().tanh(this);
  }
  /** `sigmoid(this)`. */
  sigmoid(): Tensor {
    return methods().sigmoid(this);
  }
  /** `relu(this)`. */
  relu(): Tensor {
    return methods().relu(this);
  }
  /** `sum(this, options)`. */
  sum(options?: ReduceOptions): Tensor {
    return methods().sum(this, options);
  }
  /** `mean(this, options)`. */
  mean(options?: ReduceOptions): Tensor {
    return methods().mean(this, options);
  }
  /** `max(this, options)`. */
  max(options?: ReduceOptions): Tensor {
    return methods().max(this, options);
  }
  /** `min(this, options)`. */
  min(options?: ReduceOptions): Tensor {
    return methods().min(this, options);
  }
  /** `argmax(this, options)`. */
  argmax(options?: ArgReduceOptions): Tensor {
    return methods().argmax(this, options);
  }
  /** `reshape(this, shape)`. */
  reshape(shape: Shape): Tensor {
    return methods().reshape(this, shape);
  }
  /** `transpose(this, axes)`. */
  transpose(axes?: readonly number[]): Tensor {
    return methods().transpose(this, axes);
  }
  /** `broadcastTo(this, shape)`. */
  broadcastTo(shape: Shape): Tensor {
    return methods().broadcastTo(this, shape);
  }
  /** `slice(this, ranges)`. */
  slice(ranges: readonly SliceRange[]): Tensor {
    return methods().slice(this, ranges);
  }
  /** `cast(this, dtype)`. */
  cast(dtype: DType): Tensor {
    return methods().cast(this, dtype);
  }
  /** The part at `position` of the first axis, negative from the end: `index(this, position)`. */
  at(position: number): Tensor {
    return methods().index(this, position);
  }

  /** The parts along the first axis, as views. */
  *[Symbol.iterator](): IterableIterator<Tensor> {
    if (this.rank === 0) throw new RangeError("Iteration expects a tensor with an axis but got a scalar");
    for (let i = 0; i < this.shape[0]; i++) yield this.at(i);
  }

  /** Arithmetic operators of JavaScript do not work on tensors. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TypeError(
      `Expected a function such as add or a call of item() but got a JavaScript operator on ${
        describe(this)
      }`,
    );
  }

  /** Dtype, shape and elements, in aligned columns; long tensors are shortened. */
  toString(): string {
    const concrete = knownValue(this);
    if (concrete === null) return `${describe(this)} (traced by ${this.node!.recorder.name}, no value yet)`;
    if (isFreed(concrete)) return `${describe(this)} (freed by ${concrete.storage!.freedBy})`;
    const text = formatTensor({ dtype: this.dtype, shape: this.shape, data: readData(concrete) });
    return this.node === null ? text : `${text} (traced by ${this.node.recorder.name})`;
  }
}

for (const symbol of [Symbol.for("Deno.customInspect"), Symbol.for("nodejs.util.inspect.custom")]) {
  Object.defineProperty(Tensor.prototype, symbol, {
    value(this: Tensor): string {
      return this.toString();
    },
  });
}

/** How a tensor reads in an error: `float32[2, 3]`. */
export function describe(x: Abstract): string {
  return `${x.dtype}${formatShape(x.shape)}`;
}

/** How a value that is no tensor reads in an error: its type. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

/** Whether the storage of a tensor has gone. */
export function isFreed(x: Tensor): boolean {
  return x.storage !== null && x.storage.generation !== x.generation;
}

/** Throws where a tensor's storage has gone, naming who freed it. */
export function checkLive(x: Tensor, operation: string): void {
  if (x.storage !== null && x.storage.generation !== x.generation) {
    throw new RangeError(
      `${operation} expects a live tensor but ${describe(x)} was freed by ${x.storage.freedBy}`,
    );
  }
}

/** The concrete tensor behind a tensor or tracer; null where a tracer has no value yet. */
export function knownValue(x: Tensor): Tensor | null {
  let tensor: Tensor | null = x;
  while (tensor !== null && tensor.node !== null) tensor = tensor.node.value;
  return tensor;
}

/** The concrete tensor behind a tensor or tracer; an error where a tracer has no value yet, or it was freed. */
export function valueOf(x: Tensor, operation: string): Tensor {
  const concrete = knownValue(x);
  if (concrete === null) {
    throw new TypeError(
      `${operation} expects a value but ${describe(x)} is being traced by ${
        x.node!.recorder.name
      } and has none yet`,
    );
  }
  checkLive(concrete, operation);
  return concrete;
}

function readData(x: Tensor): TypedArray {
  const result = typedArray(x.dtype, x.size);
  if (x.storage === null) return result.fill(x.constant);
  const words = x.dtype === "key" ? 2 : 1;
  const source = viewOf(views(), x.dtype);
  const start = words * (x.storage.address / itemSize(x.dtype) + x.offset);
  if (isContiguous(x.shape, x.strides) && !isHalf(x.dtype)) {
    result.set(source.subarray(start, start + words * x.size) as Uint8Array);
    return result;
  }
  let next = 0;
  const visit = (axis: number, at: number): void => {
    if (axis === x.shape.length) {
      for (let w = 0; w < words; w++) result[next++] = fromStored(x.dtype, source[at + w]);
      return;
    }
    for (let i = 0; i < x.shape[axis]; i++) visit(axis + 1, at + words * i * x.strides[axis]);
  };
  visit(0, start);
  return result;
}
