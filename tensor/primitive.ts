/**
 * What a primitive is: one statement that names an operation, its shape rule, its kernel and its pullback.
 *
 * @module
 */
import type { DType } from "./dtype.ts";
import type { Expression } from "./kernels/expression.ts";
import type { KernelReference } from "./kernels/kernel.ts";
import type { Reduction } from "./kernels/reduce.ts";
import type { RowStep } from "./kernels/row_form.ts";
import type { Layout, Shape } from "./shape.ts";
import type { Tape } from "./tape.ts";
import type { Abstract, Tensor } from "./tensor.ts";

/** A range of memory with an address in bytes, known now or when a program runs. */
export interface Memory {
  /** Byte where it starts. */
  readonly address: number;
}

/** A program without tensors from outside, as an attribute of a primitive. */
export interface Body {
  /** The tape; its constants have no storage. */
  readonly tape: Tape;
  /** The slots of its outputs. */
  readonly outputs: readonly number[];
  /** The name by which listings call it, unlike that of every other. */
  toJSON(): string;
}

/** Work that a machine carries out by itself, on addresses in bytes. */
export interface Callee {
  /** Does it, for the addresses of the operands. */
  run(addresses: readonly number[]): void;
  /** Gives back what it holds; it is not run any more. */
  release(): void;
}

/** A tensor as kernels see it: a layout over memory. */
export interface Operand extends Layout, Abstract {
  /** The memory that the layout lies over. */
  readonly storage: Memory;
}

/** What carries out kernels: at once when eager, into a program when compiled. */
export interface Machine {
  /**
   * Runs a kernel over the units 0 to `total`, in chunks of `grain`. Its arguments are the addresses of the
   * operands and then the numbers.
   */
  launch(
    kernel: KernelReference,
    operands: readonly Operand[],
    numbers: readonly number[],
    total: number,
    grain: number,
  ): void;
  /** Has the callee that `make` makes run with contiguous operands. */
  call(make: () => Callee, operands: readonly Operand[]): void;
  /** Memory for intermediate results of the same primitive. */
  temporary(dtype: DType, shape: Shape): Operand;
}

/** What a pullback rule may use. */
export interface PullbackContext<A> {
  /** The inputs of the application. */
  readonly inputs: readonly Tensor[];
  /** Its outputs. */
  readonly outputs: readonly Tensor[];
  /** Its attributes. */
  readonly attributes: A;
  /** Which inputs a cotangent is wanted for. */
  readonly wanted: readonly boolean[];
}

/** What a pushforward rule may use. */
export interface PushforwardContext<A> {
  /** The inputs of the application. */
  readonly inputs: readonly Tensor[];
  /** Its outputs. */
  readonly outputs: readonly Tensor[];
  /** Its attributes. */
  readonly attributes: A;
}

/** Tangents, and outputs that were computed on the way: the first ones are needed no more where these take their place. */
export interface Pushed {
  /** The outputs. */
  readonly outputs: readonly Tensor[];
  /** Their tangents; null for zeros. */
  readonly tangents: readonly (Tensor | null)[];
}

/** See `Primitive.pushforward`; a null stands for zeros. */
export interface PushforwardRule<A> {
  /** Called with one tangent for each input, not all of them null. */
  rule(
    tangents: readonly (Tensor | null)[],
    context: PushforwardContext<A>,
  ): readonly (Tensor | null)[] | Pushed;
}

/** What a batching rule may use. */
export interface BatchContext<A> {
  /** The inputs of the application; those that are mapped have the batch axis first. */
  readonly inputs: readonly Tensor[];
  /** Which inputs are mapped; at least one is. */
  readonly batched: readonly boolean[];
  /** The extent of the batch axis. */
  readonly size: number;
  /** The attributes of the application to one example. */
  readonly attributes: A;
  /** Applies the primitive itself. */
  apply(inputs: readonly Tensor[], attributes: A): readonly Tensor[];
  /** The inputs, the shared ones repeated along a batch axis of their own. */
  all(): readonly Tensor[];
  /** The inputs with axes of extent 1 behind the batch axis, so that they broadcast as the examples do. */
  aligned(): readonly Tensor[];
}

/** Outputs of which only some are mapped. */
export interface BatchedOutputs {
  /** The outputs; those that are mapped have the batch axis first. */
  readonly outputs: readonly Tensor[];
  /** Which of them are mapped. */
  readonly batched: readonly boolean[];
}

/** See `Primitive.batch`. */
export interface BatchRule<A> {
  /** The outputs for a whole batch: all of them with the batch axis first, or told apart. */
  rule(context: BatchContext<A>): readonly Tensor[] | BatchedOutputs;
}

/** The rule of primitives that take leading axes of their one input as they come. */
export const batchInFront: BatchRule<object> = {
  rule: ({ inputs, attributes, apply }) => apply(inputs, attributes),
};

/** The rule of primitives whose inputs broadcast. */
export const batchByBroadcasting: BatchRule<object> = {
  rule: ({ aligned, attributes, apply }) => apply(aligned(), attributes),
};

/**
 * An operation that is not made of others. All that is known of it stands in one statement, in the file of its
 * family; `definePrimitive` adds it to the list that the tests go through.
 */
export interface Primitive<A = object> {
  /** The name by which listings and errors call it. */
  readonly name: string;
  /** Shapes and dtypes of the outputs; throws where the inputs do not fit. */
  infer(inputs: readonly Abstract[], attributes: A): readonly Abstract[];
  /** The layout of the output over the input's storage, for operations that need no copy; null where one is needed. */
  view?(input: Layout & Abstract, attributes: A): Layout | null;
  /** Computes the outputs, which are fresh and contiguous. */
  execute(inputs: readonly Operand[], outputs: readonly Operand[], attributes: A, machine: Machine): void;
  /**
   * Cotangents of the inputs from those of the outputs, in public operations, so that it can be differentiated
   * and compiled itself. `null` says that the gradient is zero by definition; a missing rule is an error.
   */
  readonly pullback?: PullbackRule<A> | null;
  /**
   * Tangents of the outputs from those of the inputs, for primitives where the transpose of the pullback, which is
   * taken otherwise, is not what is wanted.
   */
  readonly pushforward?: PushforwardRule<A>;
  /**
   * Attributes with which an application that will be differentiated is recorded: it may have further outputs behind
   * its own, for the pullback to read.
   */
  saving?(attributes: A): object;
  /** Carries the primitive out on concrete tensors by other means than kernels. */
  evaluate?(inputs: readonly Tensor[], attributes: A): readonly Tensor[];
  /** Which outputs depend on the inputs in `changing`, for a primitive where it may be fewer than all. */
  depends?(changing: readonly boolean[], attributes: A): readonly boolean[];
  /**
   * Attributes with which only some of the outputs are computed, where a compiled program needs only those in
   * `needed`, and which outputs these are; null where all of them are computed together.
   */
  trim?(
    needed: readonly boolean[],
    attributes: A,
  ): { readonly attributes: object; readonly kept: readonly boolean[] } | null;
  /** The program that a compiled program has in place of the application. */
  inline?(attributes: A): Body;
  /** The application to each example of a batch at once, in public operations; a missing rule is an error. */
  readonly batch?: BatchRule<A>;
  /**
   * Whether its kernel may be one that calls back with each rectangle of its one result, so that a program can carry
   * out elementwise entries on it there.
   */
  readonly finishes?: boolean;
  /** What a reduction combines elements to; its attributes have `axes`. Absent in others. */
  readonly reduction?: Reduction;
  /**
   * What is made of each row along `attributes.axis` of the one input, whose element is input 0 of the step's
   * expression, for a primitive whose outputs are the values of that step.
   */
  rowStep?(attributes: A): RowStep;
  /**
   * Floating-point operations of an application, a multiplication and an addition each counted; elementwise
   * primitives and reductions state them by their arithmetic, and others that do without only move elements.
   */
  flops?(inputs: readonly Abstract[], outputs: readonly Abstract[], attributes: A): number;
  /**
   * Whether it takes float16 and bfloat16 as they are; others get them as float32 and have their results rounded. By
   * default those do that are views or stand for programs.
   */
  readonly halves?: boolean;
  /** The arithmetic of one element, for an elementwise primitive. */
  expression?(attributes: A, dtypes: readonly DType[]): Expression;
}

/** See `Primitive.pullback`; a null stands for zeros. */
export interface PullbackRule<A> {
  /** Called with one cotangent for each output. */
  rule(cotangents: readonly Tensor[], context: PullbackContext<A>): readonly (Tensor | null)[];
}

const defined = new Map<string, Primitive<never>>();

/** Adds a primitive to the list. Names are unique. */
export function definePrimitive<A>(primitive: Primitive<A>): Primitive<A> {
  if (defined.has(primitive.name)) {
    throw new TypeError(`Expected a new primitive but got ${primitive.name} again`);
  }
  defined.set(primitive.name, primitive);
  return primitive;
}

/** The primitive of a name, for listings of all of them. */
export function primitiveNamed(name: string): Primitive<object> {
  const found = defined.get(name);
  if (found === undefined) throw new RangeError(`Expected the name of a primitive but got ${name}`);
  return found as unknown as Primitive<object>;
}

/** The names of all primitives that were loaded. */
export function primitiveNames(): string[] {
  return [...defined.keys()];
}

/** Numbers that JSON would merge stay apart: it writes NaN and infinities as null and -0 as 0. */
function exactNumber(_: string, value: unknown): unknown {
  if (typeof value !== "number") return value;
  return Object.is(value, -0) ? "-0" : Number.isFinite(value) ? value : String(value);
}

/** Attributes as text: the same text means the same attributes. */
export function attributesKey(attributes: unknown): string {
  return JSON.stringify(attributes, exactNumber);
}
