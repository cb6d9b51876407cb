/**
 * Two WebAssembly modules that drive the machine to its limits: multiply-adds in registers, and a triad over
 * memory. They are put together here byte by byte, so that they depend on nothing that they are to measure.
 *
 * @module
 */

type Bytes = readonly number[];

function unsigned(value: number): Bytes {
  const bytes: number[] = [];
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

function signed(value: number): Bytes {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 127;
    value >>= 7;
    const done = (value === 0 && (byte & 64) === 0) || (value === -1 && (byte & 64) !== 0);
    bytes.push(done ? byte : byte | 128);
    if (done) return bytes;
  }
}

const section = (id: number, ...parts: readonly Bytes[]): Bytes => {
  const body = parts.flat();
  return [id, ...unsigned(body.length), ...body];
};
const vector = (...items: readonly Bytes[]): Bytes => [...unsigned(items.length), ...items.flat()];
const text = (value: string): Bytes => [...unsigned(value.length), ...new TextEncoder().encode(value)];

const [I32, F32, V128] = [0x7f, 0x7d, 0x7b];
const get = (local: number): Bytes => [0x20, ...unsigned(local)];
const set = (local: number): Bytes => [0x21, ...unsigned(local)];
const tee = (local: number): Bytes => [0x22, ...unsigned(local)];
const constant = (value: number): Bytes => [0x41, ...signed(value)];
const float = (value: number): Bytes => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)];
const simd = (code: number): Bytes => [0xfd, ...unsigned(code)];
const SPLAT = simd(0x13);
const ADD = simd(0xe4);
const MULTIPLY = simd(0xe6);
const RELAXED_MADD = simd(0x105);
const FIRST_LANE = [...simd(0x1f), 0];
const load = (offset: number): Bytes => [...simd(0x00), 4, ...unsigned(offset)];
const store = (offset: number): Bytes => [...simd(0x0b), 4, ...unsigned(offset)];
const I32_ADD = 0x6a;
const I32_SUBTRACT = 0x6b;
/** `do { body } while (the i32 that it leaves is not 0)`. */
const loop = (body: Bytes): Bytes => [0x03, 0x40, ...body, 0x0d, 0, 0x0b];

/** A module with one function `run`, of parameters i32. */
function moduleOf(
  parameters: number,
  result: Bytes,
  locals: Bytes,
  body: Bytes,
  pages = 0,
): Uint8Array<ArrayBuffer> {
  const code = [...locals, ...body, 0x0b];
  const type = [
    0x60,
    ...vector(...Array.from({ length: parameters }, () => [I32])),
    ...vector(...result.map((t) => [t])),
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(type)),
    ...section(3, vector([0])),
    ...(pages === 0 ? [] : section(5, vector([0, ...unsigned(pages)]))),
    ...section(7, vector([...text("run"), 0, 0], ...(pages === 0 ? [] : [[...text("memory"), 2, 0]]))),
    ...section(10, vector([...unsigned(code.length), ...code])),
  ]);
}

/** Independent sums, enough to fill the latency of two multiply-add units. */
const SUMS = 12;
const UNROLL = 8;

/** Multiplications and additions of one turn of `run(turns)` of the multiply-add module. */
export const FLOPS_A_TURN: number = SUMS * UNROLL * 4 * 2;

/** `run(turns)`: multiply-adds of relaxed SIMD, or multiplications and additions where the host has none. */
export function multiplyAddModule(): Uint8Array<ArrayBuffer> {
  const relaxed = makeMultiplyAdd([...RELAXED_MADD]);
  return WebAssembly.validate(relaxed) ? relaxed : makeMultiplyAdd(null);
}

function makeMultiplyAdd(fused: Bytes | null): Uint8Array<ArrayBuffer> {
  const [x, y] = [1 + SUMS, 2 + SUMS];
  const turn = Array.from({ length: SUMS * UNROLL }, (_, i) => {
    const sum = 1 + i % SUMS;
    return fused === null
      ? [...get(sum), ...get(x), ...MULTIPLY, ...get(y), ...ADD, ...set(sum)]
      : [...get(sum), ...get(x), ...get(y), ...fused, ...set(sum)];
  }).flat();
  const start = Array.from(
    { length: SUMS },
    (_, i) => [...float(1 + i / 16), ...SPLAT, ...set(1 + i)],
  ).flat();
  const total = Array.from({ length: SUMS - 1 }, (_, i) => [...get(2 + i), ...ADD]).flat();
  return moduleOf(1, [F32], vector([...unsigned(SUMS + 2), V128]), [
    ...start,
    // The sums tend to y / (1 - x), far from infinity and from denormal numbers.
    ...[...float(0.5), ...SPLAT, ...set(x), ...float(0.75), ...SPLAT, ...set(y)],
    ...loop([...turn, ...get(0), ...constant(1), I32_SUBTRACT, ...tee(0)]),
    ...[...get(1), ...total, ...FIRST_LANE],
  ]);
}

/**
 * `run(a, b, c, end)`: `c = a + b / 2` over vectors at those addresses, until b reaches `end`, in turns of 64
 * bytes, in a memory of `pages` pages of 64 KiB.
 */
export function triadModule(pages: number): Uint8Array<ArrayBuffer> {
  const turn = [0, 16, 32, 48].flatMap((offset) => [
    ...[...get(2), ...get(0), ...load(offset), ...get(1), ...load(offset)],
    ...[...get(4), ...MULTIPLY, ...ADD, ...store(offset)],
  ]);
  const advance = [0, 1, 2].flatMap((local) => [...get(local), ...constant(64), I32_ADD, ...set(local)]);
  return moduleOf(4, [], vector([1, V128]), [
    ...[...float(0.5), ...SPLAT, ...set(4)],
    ...loop([...turn, ...advance, ...get(1), ...get(3), I32_SUBTRACT]),
  ], pages);
}
