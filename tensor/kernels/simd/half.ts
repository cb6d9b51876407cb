/**
 * float16 and bfloat16 in vectors: four of them as their bits in the lower halves of four int32.
 *
 * @module
 */
import type { Arithmetic } from "./arithmetic.ts";
import { bits, float4, int4, intConstant, type Node } from "./nodes.ts";

const { add, mul } = float4;

/** The size of an infinite float16. */
const INFINITE = 0x7c00;

/** The bits of NaN. */
const [NAN_16, NAN_BRAIN] = [0x7e00, 0x7fc0];

/** The float32 of float16. */
export function fromFloat16(m: Arithmetic, x: Node): Node {
  const size = bits.and(x, 0x7fff);
  // As the upper bits of a float32, whose exponents begin 112 lower.
  const upper = int4.shl(size, 13);
  const special = int4.geS(size, INFINITE);
  const value = m.choose(special, bits.or(upper, 0x7f80_0000), mul(upper, 2 ** 112));
  return bits.or(value, int4.shl(bits.and(x, 0x8000), 16));
}

/** The float32 of bfloat16. */
export function fromBfloat16(x: Node): Node {
  return int4.shl(x, 16);
}

/** float32 as float16, rounded to the nearest, halves to even. */
export function toFloat16(m: Arithmetic, x: Node): Node {
  const sign = bits.and(x, 0x8000_0000);
  const size = bits.xor(x, sign);
  const normal = int4.shrU(int4.sub(rounded(size, 13), 112 << 23), 13);
  // The units of 1 / 2 are those of subnormal numbers.
  const subnormal = int4.sub(add(size, 0.5), 0x3f00_0000);
  const small = int4.ltS(size, 113 << 23);
  const finite = int4.minS(m.choose(small, subnormal, normal), INFINITE);
  return orNaN(m, x, bits.or(finite, int4.shrU(sign, 16)), NAN_16);
}

/** float32 as bfloat16, rounded to the nearest, halves to even. */
export function toBfloat16(m: Arithmetic, x: Node): Node {
  return orNaN(m, x, int4.shrU(rounded(x, 16), 16), NAN_BRAIN);
}

/** Bits to which the half of the lowest that stays was added, or a little less where that is even. */
function rounded(x: Node, lost: number): Node {
  const odd = bits.and(int4.shrU(x, lost), 1);
  return int4.add(x, int4.add(odd, (1 << (lost - 1)) - 1));
}

function orNaN(m: Arithmetic, x: Node, value: Node, nan: number): Node {
  return m.choose(float4.eq(x, x), value, intConstant(nan));
}
