/**
 * A reader of Python's pickles that builds plain data and nothing else. A pickle is a program; this one knows the
 * instructions that make containers, numbers and texts. It calls no function but those that it is given by name, and
 * stops with an error at every other name and instruction.
 *
 * @module
 */

import { PickleBytes } from "./pickle_bytes.ts";
import { OPCODE_NAMES, Opcodes as op } from "./pickle_opcodes.ts";

/** A dict: its items in order. Keys of Python may be more than texts. */
export class PickleDict {
  /** The items. */
  readonly items: Map<unknown, unknown> = new Map();
}

/** A name that a pickle may use, as `torch.FloatStorage`. */
export interface PickleGlobal {
  /** The module and the name in it. */
  readonly name: string;
  /** What it gives for arguments; absent for what is data by itself, such as a dtype. */
  readonly call?: ((args: readonly unknown[]) => unknown) | undefined;
}

/** What a pickle means outside of itself. */
export interface PickleContext {
  /** What to name in an error. */
  readonly operation: string;
  /** The global of a name; undefined for one that is refused. */
  readonly global: (name: string) => PickleGlobal | undefined;
  /** What a persistent id stands for. */
  readonly persistent: (id: unknown) => unknown;
}

const MARK = Symbol("mark");
const LOWEST_PROTOCOL = 2;
const HIGHEST_PROTOCOL = 5;

/**
 * The value of a pickle of protocol 2 to 5. Lists and tuples are arrays, dicts {@linkcode PickleDict}s, sets Sets, bytes
 * Uint8Arrays, None is null; whole numbers that are not safe integers are bigints. Parts that are shared in the pickle
 * are shared in the value, which may contain itself.
 *
 * @throws {SyntaxError} If the pickle is damaged.
 * @throws {TypeError} If it has an instruction or a name that is not known.
 */
export function readPickle(context: PickleContext, bytes: Uint8Array): unknown {
  const { operation } = context;
  const source = new PickleBytes(operation, bytes);
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  const damaged = (what: string): SyntaxError =>
    new SyntaxError(`${operation} expects a pickle that is whole but got ${what}`);
  const pop = (): unknown => {
    if (stack.length === 0 || stack.at(-1) === MARK) throw damaged("an instruction without its operands");
    return stack.pop();
  };
  const popTo = (count: number): unknown[] => Array.from({ length: count }, pop).reverse();
  const popMark = (): unknown[] => {
    const at = stack.lastIndexOf(MARK);
    if (at < 0) throw damaged("an instruction without its mark");
    return stack.splice(at).slice(1);
  };
  const top = <T>(isKind: (value: unknown) => value is T, kind: string): T => {
    const value = stack.at(-1);
    if (!isKind(value)) throw damaged(`an instruction for ${kind} on something else`);
    return value;
  };
  const find = (name: string): PickleGlobal => {
    const found = context.global(name);
    if (found !== undefined) return found;
    throw new TypeError(
      `${operation} expects tensors, containers and numbers but got ${name}, which it does not run`,
    );
  };
  const setItems = (items: readonly unknown[]): void => {
    const target = top(isDict, "dicts");
    if (items.length % 2 !== 0) throw damaged("a key without a value");
    for (let i = 0; i < items.length; i += 2) target.items.set(items[i], items[i + 1]);
  };
  const call = (callee: unknown, args: unknown): void => {
    if (!isGlobal(callee) || callee.call === undefined || !Array.isArray(args)) {
      throw new TypeError(`${operation} expects calls of functions that it knows but got ${nameOf(callee)}`);
    }
    stack.push(callee.call(args));
  };
  const remember = (index: number): void => {
    if (stack.length === 0 || stack.at(-1) === MARK) throw damaged("an instruction without its operands");
    memo.set(index, stack.at(-1));
  };
  const recall = (index: number): void => {
    if (!memo.has(index)) throw damaged(`a reference to part ${index}, which is not there`);
    stack.push(memo.get(index));
  };
  const instructions: Readonly<Record<number, () => void>> = {
    [op.PROTO]: () => {
      const protocol = source.uint8();
      if (protocol < LOWEST_PROTOCOL || protocol > HIGHEST_PROTOCOL) {
        throw new TypeError(`${operation} expects a pickle of protocol 2 to 5 but got ${protocol}`);
      }
    },
    [op.FRAME]: () => source.checkLeft(source.uint64()),
    [op.MARK]: () => stack.push(MARK),
    [op.POP]: () => stack.at(-1) === MARK ? stack.pop() : pop(),
    [op.POP_MARK]: popMark,
    [op.DUP]: () => stack.push(...popTo(1).flatMap((value) => [value, value])),
    [op.NONE]: () => stack.push(null),
    [op.NEWTRUE]: () => stack.push(true),
    [op.NEWFALSE]: () => stack.push(false),
    [op.BININT]: () => stack.push(source.int32()),
    [op.BININT1]: () => stack.push(source.uint8()),
    [op.BININT2]: () => stack.push(source.uint16()),
    [op.LONG1]: () => stack.push(source.integer(source.uint8())),
    [op.LONG4]: () => stack.push(source.integer(source.uint32())),
    [op.BINFLOAT]: () => stack.push(source.float64()),
    [op.BINUNICODE]: () => stack.push(source.text(source.uint32())),
    [op.SHORT_BINUNICODE]: () => stack.push(source.text(source.uint8())),
    [op.BINUNICODE8]: () => stack.push(source.text(source.uint64())),
    [op.BINBYTES]: () => stack.push(source.bytes(source.uint32())),
    [op.SHORT_BINBYTES]: () => stack.push(source.bytes(source.uint8())),
    [op.BINBYTES8]: () => stack.push(source.bytes(source.uint64())),
    [op.BYTEARRAY8]: () => stack.push(source.bytes(source.uint64())),
    [op.EMPTY_LIST]: () => stack.push([]),
    [op.EMPTY_TUPLE]: () => stack.push([]),
    [op.EMPTY_DICT]: () => stack.push(new PickleDict()),
    [op.EMPTY_SET]: () => stack.push(new Set()),
    [op.LIST]: () => stack.push(popMark()),
    [op.TUPLE]: () => stack.push(popMark()),
    [op.TUPLE1]: () => stack.push(popTo(1)),
    [op.TUPLE2]: () => stack.push(popTo(2)),
    [op.TUPLE3]: () => stack.push(popTo(3)),
    [op.FROZENSET]: () => stack.push(new Set(popMark())),
    [op.DICT]: () => {
      const items = popMark();
      stack.push(new PickleDict());
      setItems(items);
    },
    [op.APPEND]: () => {
      const value = pop();
      top(isList, "lists").push(value);
    },
    [op.APPENDS]: () => {
      const values = popMark();
      const list = top(isList, "lists");
      for (const value of values) list.push(value);
    },
    [op.ADDITEMS]: () => {
      const values = popMark();
      const set = top(isSet, "sets");
      for (const value of values) set.add(value);
    },
    [op.SETITEM]: () => setItems(popTo(2)),
    [op.SETITEMS]: () => setItems(popMark()),
    [op.BINPUT]: () => remember(source.uint8()),
    [op.LONG_BINPUT]: () => remember(source.uint32()),
    [op.MEMOIZE]: () => remember(memo.size),
    [op.BINGET]: () => recall(source.uint8()),
    [op.LONG_BINGET]: () => recall(source.uint32()),
    [op.GLOBAL]: () => stack.push(find(`${source.line()}.${source.line()}`)),
    [op.STACK_GLOBAL]: () => stack.push(find(popTo(2).map(nameOf).join("."))),
    [op.REDUCE]: () => call(...popTo(2) as [unknown, unknown]),
    [op.NEWOBJ]: () => call(...popTo(2) as [unknown, unknown]),
    [op.BUILD]: () => {
      // Only attributes of a dict, such as the `_metadata` of a module's state: they are no part of its content.
      pop();
      top(isDict, "dicts");
    },
    [op.BINPERSID]: () => stack.push(context.persistent(pop())),
  };
  while (true) {
    const code = source.uint8();
    if (code === op.STOP) break;
    const instruction = instructions[code];
    if (instruction === undefined) {
      const hex = code.toString(16).padStart(2, "0");
      throw new TypeError(
        `${operation} expects instructions of plain data in the pickle but got ${
          OPCODE_NAMES[code] ?? `byte ${hex}`
        }`,
      );
    }
    instruction();
  }
  const value = pop();
  if (stack.length > 0) throw damaged("values that are left over");
  if (source.left > 0) throw damaged(`${source.left} bytes after its end`);
  return value;
}

function isDict(value: unknown): value is PickleDict {
  return value instanceof PickleDict;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isSet(value: unknown): value is Set<unknown> {
  return value instanceof Set;
}

function isGlobal(value: unknown): value is PickleGlobal {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

function nameOf(value: unknown): string {
  if (typeof value === "string") return value;
  return isGlobal(value) ? value.name : value === null ? "None" : typeof value;
}
