/**
 * Lifetimes of tensors: scopes that free what does not leave them, and folds that own what they carry.
 *
 * @module
 */
import { checkOptionNames } from "./check_option_names.ts";
import { currentScope, enter, free, leave, type Scope, type Storage } from "./runtime/storage.ts";
import { checkFunction } from "./check_function.ts";
import { nameOf, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** A name for the errors that tell who freed a tensor. */
export interface ScopeOptions {
  /** The name; "scope" by default. */
  readonly name?: string;
}

const SCOPE_OPTIONS = { name: true } as const;

/** An open scope; `using` ends it. */
export interface OpenScope extends Disposable {
  /** Lets the tensors of a tree leave the scope when it ends, and returns the tree. */
  keep<T>(value: T): T;
}

/** Adds the storages under a tree's tensors, also those that tracers hold. */
function collectStorages(value: unknown, into: Set<Storage>): void {
  for (const leaf of tree.leaves(value)) {
    let tensor = leaf instanceof Tensor ? leaf : null;
    while (tensor !== null && tensor.node !== null) tensor = tensor.node.value;
    if (tensor !== null && tensor.storage !== null) into.add(tensor.storage);
  }
}

/**
 * Runs `f` and frees every tensor that was made inside, but for those in what it returns.
 *
 * @throws {TypeError} If `f` returns a promise: a scope is synchronous.
 *
 * @example
 * ```ts
 * import { add, scope, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const total = scope(() => add(add(tensor([1]), 2), 3));
 * assertEquals(total.toArray(), [6]);
 * ```
 */
export function scope<T>(f: () => T, options?: ScopeOptions): T;
/**
 * Opens a scope that `using` ends.
 *
 * @example
 * ```ts
 * import { add, scope, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * {
 *   using inside = scope();
 *   const total = inside.keep(add(tensor([1]), 2));
 *   assertEquals(total.toArray(), [3]);
 * }
 * ```
 */
export function scope(options?: ScopeOptions): OpenScope;
export function scope<T>(first?: (() => T) | ScopeOptions, options: ScopeOptions = {}): T | OpenScope {
  checkOptionNames("scope", options, SCOPE_OPTIONS);
  if (first !== undefined && typeof first !== "function" && !(first instanceof Object)) {
    throw new TypeError(`scope expects a function or options but got ${nameOf(first)}`);
  }
  if (typeof first !== "function") {
    if (first !== undefined) checkOptionNames("scope", first, SCOPE_OPTIONS);
    return openScope(first?.name ?? "scope");
  }
  const opened = enter(options.name ?? "scope");
  const kept = new Set<Storage>();
  try {
    const result = first();
    if (result instanceof Promise) {
      throw new TypeError("scope expects a synchronous function but got one that returns a promise");
    }
    collectStorages(result, kept);
    return result;
  } finally {
    leave(opened, kept);
  }
}

function openScope(name: string): OpenScope {
  const opened: Scope = enter(name);
  const kept = new Set<Storage>();
  return {
    keep(value) {
      collectStorages(value, kept);
      return value;
    },
    [Symbol.dispose]() {
      leave(opened, kept);
    },
  };
}

/**
 * Carries a tree through a loop: `carry = step(carry, x, i)` for each `x`, each step in a scope of its own. The
 * fold owns what it carries: each carry is freed when the next one is there. The last one is returned; the
 * initial one stays the caller's.
 *
 * @example A running product
 * ```ts
 * import { fold, multiply, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const result = fold([2, 3, 4], tensor([1]), (carry, x) => multiply(carry, x));
 * assertEquals(result.toArray(), [24]);
 * ```
 */
export function fold<C, X>(xs: Iterable<X>, init: C, step: (carry: C, x: X, index: number) => C): C {
  if (typeof (xs as Partial<Iterable<X>> | null)?.[Symbol.iterator] !== "function") {
    throw new TypeError(`fold expects something to iterate over but got ${nameOf(xs)}`);
  }
  checkFunction("fold", step);
  let carry = init;
  let index = 0;
  // Only what the steps made is the fold's to free: a carry may also hold tensors from outside.
  let owned: ReadonlySet<Storage> = new Set();
  for (const x of xs) {
    const after = new Set<Storage>();
    const next = scope((): C => {
      const made = step(carry, x, index++);
      collectStorages(made, after);
      const inside = currentScope();
      owned = new Set([...owned, ...[...after].filter((storage) => storage.owner === inside)]);
      return made;
    }, { name: "fold" });
    for (const storage of owned) if (!after.has(storage)) free(storage, "fold");
    owned = owned.intersection(after);
    carry = next;
  }
  return carry;
}

/**
 * Frees the tensors of a tree at once; using one afterwards is an error. Seldom needed: scopes, folds and the
 * garbage collector free what is left.
 */
export function dispose(value: unknown): void {
  const storages = new Set<Storage>();
  collectStorages(value, storages);
  for (const storage of storages) free(storage, "dispose");
}
