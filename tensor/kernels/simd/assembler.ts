/**
 * A small assembler of WebAssembly. Expressions are values (`scalar.ts`, `vector.ts`); a function's statements
 * are written by calling its builder in their order:
 *
 *     assemble((module) => {
 *       module.define("sum", ["i32", "i32"], "f32", (f, at, end) => {
 *         const sum = f.local("f32", 0);
 *         f.until(at, end, 4, () => f.set(sum, f32.add(sum, f32.load(at))));
 *         return sum;
 *       });
 *     });
 *
 * Every module imports its memory as `env.memory`.
 *
 * @module
 */
import { type Code, flatten, name, sized, unsigned } from "./encoding.ts";
import { codeOf, type Expression, instruction, type Operand, type ValueType } from "./expression.ts";
import { i32 } from "./scalar.ts";

/** A variable of a function; as an expression, its value. */
export interface Local<T extends ValueType = ValueType> extends Expression<T> {
  /** Its number. */
  readonly index: number;
}

/** The variables that hold the parameters of types P. */
export type Parameters<P extends readonly ValueType[]> = { readonly [K in keyof P]: Local<P[K]> };

/** What a call passes for parameters of types P. */
export type Arguments<P extends readonly ValueType[]> = { readonly [K in keyof P]: Operand<P[K]> };

/** A function of a module. */
export interface FunctionHandle<P extends readonly ValueType[], R extends ValueType | null> {
  /** Its number. */
  readonly index: number;
  /** Types of its parameters. */
  readonly parameters: P;
  /** Type of its result; null when it has none. */
  readonly result: R;
}

/** Writes the statements of a function in the order of its calls. */
export interface FunctionBuilder {
  /** A new variable; its value is 0 unless one is given. */
  readonly local: <T extends ValueType>(type: T, initial?: Operand<T>) => Local<T>;
  /** `local = value` */
  readonly set: <T extends ValueType>(local: Local<T>, value: Operand<T>) => void;
  /** `local += step` */
  readonly advance: (local: Local<"i32">, step: Operand<"i32">) => void;
  /** `if (condition) then(); else otherwise();` */
  readonly if: (condition: Operand<"i32">, then: () => void, otherwise?: () => void) => void;
  /** `while (condition) body();` */
  readonly while: (condition: Operand<"i32">, body: () => void) => void;
  /** `do body(); while (condition);` The condition is written after the body. */
  readonly repeat: (body: () => void, condition: () => Operand<"i32">) => void;
  /** `for (; local < end; local += step) body();` with unsigned numbers. */
  readonly until: (local: Local<"i32">, end: Operand<"i32">, step: Operand<"i32">, body: () => void) => void;
  /** Runs a function that has no result. */
  readonly call: <P extends readonly ValueType[]>(
    callee: FunctionHandle<P, null>,
    ...a: Arguments<P>
  ) => void;
  /** Stores a value at `address + offset`, in bytes. */
  readonly store: <T extends ValueType>(
    type: T,
    address: Operand<"i32">,
    value: Operand<T>,
    offset?: number,
  ) => void;
  /** Stores the low byte of a value. */
  readonly store8: (address: Operand<"i32">, value: Operand<"i32">, offset?: number) => void;
  /** Stores the low two bytes of a value. */
  readonly store16: (address: Operand<"i32">, value: Operand<"i32">, offset?: number) => void;
  /** Stores one lane of 32 bits of a vector. */
  readonly storeLane32: (
    address: Operand<"i32">,
    value: Expression<"v128">,
    lane: number,
    offset?: number,
  ) => void;
  /** Stores the lower or upper half of a vector. */
  readonly storeLane64: (
    address: Operand<"i32">,
    value: Expression<"v128">,
    lane: number,
    offset?: number,
  ) => void;
  /** Fills `count` bytes from `address` on with a byte. */
  readonly fill: (address: Operand<"i32">, byte: Operand<"i32">, count: Operand<"i32">) => void;
  /** Evaluates an expression and drops its value. */
  readonly drop: (value: Expression) => void;
  /** Leaves the function, with the value that is its result if it has one. */
  readonly return: (value?: Expression) => void;
}

/** Writes the functions of a module. */
export interface ModuleBuilder {
  /**
   * A function, exported under `name` unless that is null. The body may return the expression that is the
   * function's result.
   */
  readonly define: <const P extends readonly ValueType[], R extends ValueType | null>(
    name: string | null,
    parameters: P,
    result: R,
    body: (f: FunctionBuilder, ...parameters: Parameters<P>) => Operand<ValueType> | void,
  ) => FunctionHandle<P, R>;
}

const TYPES: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

const STORES: Readonly<Record<ValueType, number>> = {
  i32: 0x36,
  i64: 0x37,
  f32: 0x38,
  f64: 0x39,
  v128: 0xfd_000b,
};

/** The result of a call of a function that has one. */
export function call<P extends readonly ValueType[], R extends ValueType>(
  callee: FunctionHandle<P, R>,
  ...values: Arguments<P>
): Expression<R> {
  return { type: callee.result, code: callCode(callee, values) };
}

/** `local = value`, and the value. */
export function tee<T extends ValueType>(local: Local<T>, value: Operand<T>): Expression<T> {
  return { type: local.type, code: [codeOf(local.type, value), 0x22, unsigned(local.index)] };
}

function callCode<P extends readonly ValueType[]>(
  callee: FunctionHandle<P, ValueType | null>,
  values: Arguments<P>,
): Code {
  return [callee.parameters.map((type, i) => codeOf(type, values[i])), 0x10, unsigned(callee.index)];
}

function functionBody(
  parameters: readonly ValueType[],
  result: ValueType | null,
  write: (f: FunctionBuilder, locals: readonly Local[]) => Operand<ValueType> | void,
): Code {
  const types: ValueType[] = [...parameters];
  let code: Code[] = [];
  const emit = (...pieces: Code): void => void code.push(pieces);
  const nested = (body: () => void): Code => {
    const outer = code;
    const inner: Code[] = code = [];
    body();
    code = outer;
    return inner;
  };
  const localOf = <T extends ValueType>(type: T, index: number): Local<T> => ({
    type,
    index,
    code: [0x20, unsigned(index)],
  });
  const storeLane = (opcode: number) => (...[address, value, lane, offset = 0]: LaneStore): void =>
    emit(codeOf("i32", address), value.code, instruction(opcode), 0, unsigned(offset), lane);

  const f: FunctionBuilder = {
    local(type, initial) {
      const local = localOf(type, types.push(type) - 1);
      if (initial !== undefined) f.set(local, initial);
      return local;
    },
    set: (local, value) => emit(codeOf(local.type, value), 0x21, unsigned(local.index)),
    advance: (local, step) => f.set(local, i32.add(local, step)),
    if(condition, then, otherwise) {
      emit(codeOf("i32", condition), 0x04, 0x40, nested(then));
      if (otherwise !== undefined) emit(0x05, nested(otherwise));
      emit(0x0b);
    },
    while(condition, body) {
      const test = codeOf("i32", condition);
      emit(0x02, 0x40, 0x03, 0x40, test, 0x45, 0x0d, 1, nested(body), 0x0c, 0, 0x0b, 0x0b);
    },
    repeat(body, condition) {
      emit(0x03, 0x40, nested(body));
      emit(codeOf("i32", condition()), 0x0d, 0, 0x0b);
    },
    until(local, end, step, body) {
      const test = i32.ltU(local, end);
      f.if(test, () =>
        f.repeat(() => {
          body();
          f.advance(local, step);
        }, () => test));
    },
    call: (callee, ...values) => emit(callCode(callee, values)),
    store: (type, address, value, offset = 0) =>
      emit(codeOf("i32", address), codeOf(type, value), instruction(STORES[type]), 0, unsigned(offset)),
    store8: (address, value, offset = 0) =>
      emit(codeOf("i32", address), codeOf("i32", value), 0x3a, 0, unsigned(offset)),
    store16: (address, value, offset = 0) =>
      emit(codeOf("i32", address), codeOf("i32", value), 0x3b, 0, unsigned(offset)),
    storeLane32: storeLane(0xfd_005a),
    storeLane64: storeLane(0xfd_005b),
    fill: (address, byte, count) =>
      emit(...[address, byte, count].map((value) => codeOf("i32", value)), instruction(0xfc_000b), 0),
    drop: (value) => emit(value.code, 0x1a),
    return: (value) => emit(value === undefined ? [] : value.code, 0x0f),
  };
  const value = write(f, parameters.map(localOf));
  if (result !== null && value !== undefined) emit(codeOf(result, value));
  const declared = types.slice(parameters.length);
  return sized([unsigned(declared.length), declared.map((type) => [1, TYPES[type]]), code, 0x0b]);
}

type LaneStore = [address: Operand<"i32">, value: Expression<"v128">, lane: number, offset?: number];

/** A number below 2^32 as LEB128 of always five bytes, so that another can take its place. */
function padded(value: number): number[] {
  return [0, 7, 14, 21, 28].map((bits) => (value >>> bits) & 127 | (bits < 28 ? 128 : 0));
}

/** Where the bytes of a module say which memory they take: its kind, its least and its most pages. */
export function memoryLimits(bytes: Uint8Array): number {
  let size = 0;
  let at = 9;
  for (let bits = 0;; bits += 7) {
    const byte = bytes[at++];
    size += (byte & 127) << bits;
    if (byte < 128) break;
  }
  // After the types: the section's number, its size, one import, its two names and its kind.
  return at + size + 3 + name("env").length + name("memory").length + 1;
}

/**
 * The functions of a module that works on `memory`. The bytes must not lie in shared memory.
 *
 * The module is given the very size of the memory: where a memory cannot grow, engines that check every access
 * keep its size in a register.
 */
export function instantiate(bytes: Uint8Array, memory: WebAssembly.Memory): WebAssembly.Exports {
  const { buffer } = memory;
  const pages = padded(buffer.byteLength / 65536);
  const fitted = new Uint8Array(bytes);
  fitted.set([buffer instanceof ArrayBuffer ? 1 : 3, ...pages, ...pages], memoryLimits(bytes));
  return new WebAssembly.Instance(new WebAssembly.Module(fitted), { env: { memory } }).exports;
}

/** The bytes of a module that asks for a shared memory of any size; `instantiate` makes it fit another. */
export function assemble(build: (module: ModuleBuilder) => void): Uint8Array<ArrayBuffer> {
  const types: Code[] = [];
  const bodies: Code[] = [];
  const exported: Code[] = [];
  build({
    define(label, parameters, result, body) {
      const index = types.length;
      const results = result === null ? [0] : [1, TYPES[result]];
      types.push([0x60, unsigned(parameters.length), parameters.map((type) => TYPES[type]), results]);
      if (label !== null) exported.push([name(label), 0, unsigned(index)]);
      bodies.push(functionBody(parameters, result, (f, locals) => body(f, ...locals as never)));
      return { index, parameters, result };
    },
  });
  const list = (items: readonly Code[]): Code => [unsigned(items.length), items];
  const section = (id: number, content: Code): Code => [id, sized(content)];
  return flatten([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, list(types)),
    section(2, [1, name("env"), name("memory"), 2, 3, padded(0), padded(65536)]),
    section(3, list(types.map((_, index) => unsigned(index)))),
    section(7, list(exported)),
    section(10, list(bodies)),
  ]);
}
