/**
 * Ranges of the heap and who frees them: scopes, or the garbage collector outside of every scope.
 *
 * @module
 */
import { allocate as allocateBytes, onFull, release } from "./heap.ts";

/** A range of the heap that tensors share. */
export interface Storage {
  /** Byte where it starts; -1 once it was freed. */
  address: number;
  /** Bytes asked for. */
  readonly bytes: number;
  /** Counts the lives of the range: a tensor of an earlier one may not read it any more. */
  generation: number;
  /** Who ended the last life, for the error of reading it. */
  freedBy: string;
  /** The scope that will free it; null where the garbage collector does. */
  owner: Scope | null;
  /** The last run of a program that used it, which tells arguments that share their storage. */
  stamp: number;
}

/** A lifetime: what was allocated inside is freed at its end, but for what leaves. */
export interface Scope {
  /** The name that errors tell. */
  readonly name: string;
  /** How many scopes are around it, itself included. */
  readonly depth: number;
  /** What it will free. */
  readonly storages: Storage[];
  /** The length of that list at which it is cleared of what is free already or belongs to another scope. */
  limit: number;
}

const scopes: Scope[] = [];
let current: Scope | null = null;
let collectable = 0;

const registry: FinalizationRegistry<{ readonly address: number; readonly bytes: number }> =
  new FinalizationRegistry((range) => {
    collectable -= range.bytes;
    release(range.address);
  });

onFull(() => {
  const held = scopes.map((scope) => {
    const bytes = scope.storages.reduce((sum, storage) => sum + (storage.address < 0 ? 0 : storage.bytes), 0);
    return `${scope.name} holds ${bytes} bytes`;
  });
  held.push(`tensors outside of scopes hold ${collectable} bytes`);
  return held.join(", ");
});

/** Allocates a range that belongs to the innermost scope. */
export function allocate(bytes: number): Storage {
  const storage: Storage = {
    address: allocateBytes(bytes),
    bytes,
    generation: 0,
    freedBy: "",
    owner: current,
    stamp: 0,
  };
  if (current !== null) own(current, storage);
  else collect(storage);
  return storage;
}

/** Adds to what a scope will free; a long loop inside of the scope does not make its list long. */
function own(scope: Scope, storage: Storage): void {
  const { storages } = scope;
  if (storages.length >= scope.limit) {
    let live = 0;
    for (const one of storages) if (one.address >= 0 && one.owner === scope) storages[live++] = one;
    storages.length = live;
    scope.limit = Math.max(SHORT, 2 * live);
  }
  storages.push(storage);
}

const SHORT = 1024;

function collect(storage: Storage): void {
  collectable += storage.bytes;
  registry.register(storage, { address: storage.address, bytes: storage.bytes }, storage);
}

/** Frees a range at once; reading it is an error that names `by`. Freeing it again does nothing. */
export function free(storage: Storage, by: string): void {
  if (storage.address < 0) return;
  if (storage.owner === null) {
    registry.unregister(storage);
    collectable -= storage.bytes;
  }
  release(storage.address);
  storage.address = -1;
  storage.generation++;
  storage.freedBy = by;
}

/** Opens a scope inside the current one. */
export function enter(name: string): Scope {
  current = { name, depth: scopes.length + 1, storages: [], limit: SHORT };
  scopes.push(current);
  return current;
}

/**
 * Ends a scope: frees all of its storages but those in `keep`, which pass to the scope around it.
 *
 * @throws {RangeError} If scopes inside of it are still open.
 */
export function leave(scope: Scope, keep: ReadonlySet<Storage>): void {
  if (scopes[scopes.length - 1] !== scope) {
    throw new RangeError(`scope expects to end after the scopes inside of it but ${scope.name} ended first`);
  }
  scopes.pop();
  current = scopes.length > 0 ? scopes[scopes.length - 1] : null;
  for (const storage of scope.storages) {
    if (storage.address < 0 || storage.owner !== scope) continue;
    if (!keep.has(storage)) free(storage, scope.name);
    else adopt(storage);
  }
}

function adopt(storage: Storage): void {
  storage.owner = current;
  if (current !== null) own(current, storage);
  else collect(storage);
}

/**
 * Lets a range live as long as `scope`, or until it is collected where that is null, if a scope further in would
 * free it before: what a tape holds may be read by a pullback after the scope it was made in has ended.
 */
export function retain(storage: Storage, scope: Scope | null): void {
  const { owner } = storage;
  if (owner === null || owner.depth <= (scope === null ? 0 : scope.depth)) return;
  storage.owner = scope;
  if (scope === null) collect(storage);
  else own(scope, storage);
}

/** Takes a range out of every scope and of the collector's care: the caller frees it. */
export function detach(storage: Storage): void {
  if (storage.owner === null) {
    registry.unregister(storage);
    collectable -= storage.bytes;
  }
  storage.owner = NOBODY;
}

const NOBODY: Scope = { name: "its holder", depth: 0, storages: [], limit: SHORT };

/** The innermost open scope, or null. */
export function currentScope(): Scope | null {
  return current;
}
