/**
 * What a primitive is: one statement that names an operation, its shape rule, its kernel and its pullback.
 *
 * @module
 */
import type { DType } from "./dtype.ts";
import type { Expression } from "./kernels/expression.ts";
import type { Reduction } from "./kernels/reduce_form.ts";
import type { RowStep } from "./kernels/row_form.ts";
import type { Machine, Operand } from "./machine.ts";
import type { BatchRule, PullbackRule, PushforwardRule } from "./rules.ts";
import type { Layout } from "./shape.ts";
import type { Abstract, Tensor } from "./tensor.ts";

/** One application of a primitive: slots in, slots out. */
export interface Entry {
  /**
   * What is applied.
   *
   * @internal
   */
  readonly primitive: Primitive<never>;
  /** Its attributes. */
  readonly attributes: object;
  /** Slots of the inputs. */
  readonly inputs: readonly number[];
  /** Slots of the outputs. */
  readonly outputs: readonly number[];
}

/** One number of the prologue: a function of earlier numbers. */
export interface HostEntry {
  /** The function. */
  readonly fn: (...numbers: number[]) => number;
  /** Indices of traced numbers, or plain numbers wrapped as constants. */
  readonly inputs: readonly ({ readonly index: number } | { readonly value: number })[];
  /** The index of the result. */
  readonly output: number;
}

/** A number that a program computes: the value of a scalar tensor. */
export interface ValueEntry {
  /** The slot of the scalar. */
  readonly slot: number;
  /** The index of the number. */
  readonly output: number;
}

/** A recorded program: an ordered, frozen list of primitive applications over slots. */
export interface Tape {
  /** The name of the function that recorded it. */
  readonly name: string;
  /** Shape and dtype of every slot. */
  readonly slots: readonly Abstract[];
  /** The slots of the tensor arguments. */
  readonly inputs: readonly number[];
  /** The slots of tensors that the function took from outside. */
  readonly constants: readonly { readonly slot: number; readonly tensor: Tensor }[];
  /** The applications, in order. */
  readonly entries: readonly Entry[];
  /** The prologue of host numbers, in order. */
  readonly host: readonly HostEntry[];
  /** Scalars whose values are wanted as numbers. */
  readonly hostValues: readonly ValueEntry[];
  /** The epilogue: numbers that depend on those values, in order. */
  readonly epilogue: readonly HostEntry[];
  /** Number of host numbers among the arguments. */
  readonly hostInputs: number;
  /** The value of every slot, where the recording computed along; null otherwise. */
  readonly values: readonly (Tensor | null)[];
  /** Whether a slot depends on a floating-point argument through differentiable entries. */
  readonly active: readonly boolean[];
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
  /**
   * Attributes of an application inside of a body that reverse mode has taken: forward mode over it meets what reverse
   * mode has recorded, not what it stands for.
   */
  pulled?(attributes: A): object;
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
  /** Whether its one result may have any strides, or those given, so that a program may choose them. */
  readonly anyStrides?: boolean | ((strides: readonly number[], attributes: A) => boolean);
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

/** The primitive of an entry, for attributes of any kind. */
export function primitiveOf(entry: Entry): Primitive<object> {
  return entry.primitive as unknown as Primitive<object>;
}
