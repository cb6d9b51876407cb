/**
 * Random keys: made from a seed, and their words.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { copyInto } from "../launch_elementwise.ts";
import { isTracedNumber } from "../host.ts";
import { wordsOf } from "../words_of.ts";
import { stack } from "../ops/concatenate.ts";
import { batchInFront } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { constantTensor, tensorFromData } from "../make_tensor.ts";
import { describe, Tensor } from "../tensor.ts";

const HOW = "make one with random.key(0)";

/** Options of `key`. */
export interface KeyOptions {
  /** How many low bits of the seed count: 32, the default, or 64, as JAX has it with 64-bit integers on. */
  readonly seedBits?: 32 | 64;
}

const KEY_OPTIONS = { seedBits: true } as const;

/**
 * A random key from a seed: the words `(0, seed mod 2^32)`, as `jax.random.key` with 64-bit integers off. Equal
 * seeds give equal keys.
 *
 * @param seed An integer; one beyond 2^53 as a bigint. Only its low 32 bits count, unless
 * `seedBits` is 64.
 * @throws {TypeError} If the seed is not a whole number.
 * @throws {RangeError} If it is a number beyond 2^53, whose low bits are lost.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const key = random.key(42);
 * assertEquals(random.uniform(key, [2]).toArray(), random.uniform(random.key(42), [2]).toArray());
 * ```
 */
export function key(seed: number | bigint, options: KeyOptions = NO_OPTIONS): Tensor {
  checkOptionNames("key", options, KEY_OPTIONS);
  const { seedBits = 32 } = options;
  if (seedBits !== 32 && seedBits !== 64) {
    throw new RangeError(`key expects seedBits of 32 or 64 but got ${String(seedBits)}`);
  }
  // What is typed as a number may be a traced one inside of compile.
  const given: unknown = seed;
  if (isTracedNumber(given)) {
    return wrapKeyData(
      stack([constantTensor("uint32", [], 0), given.recorder.recordScalar(given, "uint32")]),
    );
  }
  if (typeof seed !== "bigint" && !Number.isInteger(seed)) {
    throw new TypeError(`key expects an integer or a bigint as seed but got ${String(seed)}`);
  }
  if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
    throw new RangeError(`key expects a seed beyond 2^53 to be a bigint but got ${seed}`);
  }
  const wide = BigInt.asUintN(seedBits, BigInt(seed));
  return tensorFromData("key", [], [Number(wide >> 32n), Number(BigInt.asUintN(32, wide))]);
}

const keyDataPrimitive: Primitive = definePrimitive({
  name: "keyData",
  infer: ([keys]) => [{ dtype: "uint32", shape: [...keys.shape, 2] }],
  execute: ([keys], [output], _, machine) => copyInto(wordsOf(keys), output, machine),
  pullback: null,
  batch: batchInFront,
});

/**
 * The two uint32 words of each key, along a new last axis: what is saved in a file.
 *
 * @throws {TypeError} If the tensor does not hold random keys.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.keyData(random.key(7)).toArray(), [0, 7]);
 * ```
 */
export function keyData(keys: Tensor): Tensor {
  return apply(keyDataPrimitive, [checkKeys("keyData", keys)], {});
}

const wrapKeyDataPrimitive: Primitive = definePrimitive({
  name: "wrapKeyData",
  infer: ([words]) => [{ dtype: "key", shape: words.shape.slice(0, -1) }],
  execute: ([words], [output], _, machine) => copyInto(words, wordsOf(output), machine),
  pullback: null,
  batch: batchInFront,
});

/**
 * Random keys from their words, along the last axis: the inverse of `keyData`.
 *
 * @throws {TypeError} If the words are not uint32.
 * @throws {RangeError} If the last axis does not have extent 2.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const key = random.key(7);
 * const same = random.wrapKeyData(random.keyData(key));
 * assertEquals(random.bits(same, [2]).toArray(), random.bits(key, [2]).toArray());
 * ```
 */
export function wrapKeyData(words: Tensor): Tensor {
  if (!(words instanceof Tensor) || words.dtype !== "uint32") {
    throw new TypeError(`wrapKeyData expects words of dtype uint32 but got ${nameOf(words)}`);
  }
  if (words.shape.at(-1) !== 2) {
    throw new RangeError(`wrapKeyData expects a last axis of extent 2 but got ${describe(words)}`);
  }
  return apply(wrapKeyDataPrimitive, [words], {});
}

function nameOf(value: unknown): string {
  if (value instanceof Tensor) return describe(value);
  return value === null || value === undefined ? String(value) : `a ${typeof value}`;
}

/** Throws unless a value is a tensor of random keys. */
export function checkKeys(operation: string, keys: Tensor): Tensor {
  if (!(keys instanceof Tensor) || keys.dtype !== "key") {
    throw new TypeError(`${operation} expects a random key but got ${nameOf(keys)}: ${HOW}`);
  }
  return keys;
}

/** Throws unless a value is one random key. */
export function checkKey(operation: string, one: Tensor): Tensor {
  checkKeys(operation, one);
  if (one.rank !== 0) {
    throw new RangeError(
      `${operation} expects one random key but got ${describe(one)}: take one of them with at(0), or ${HOW}`,
    );
  }
  return one;
}
