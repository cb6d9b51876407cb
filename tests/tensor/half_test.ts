import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { roundTo } from "../../tensor/dtype.ts";
import * as io from "../../tensor/io/mod.ts";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "../../tensor/kernels/scalar/half.ts";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

const HALVES = ["float16", "bfloat16"] as const;

const FLOATS = new Float32Array(1);
const WORDS = new Uint32Array(FLOATS.buffer);

/** A float32 rounded to bfloat16 by carrying through its bits. */
function bfloat16Of(x: number): number {
  FLOATS[0] = x;
  if (x !== x) return NaN;
  WORDS[0] = (WORDS[0] + 0x7fff + ((WORDS[0] >>> 16) & 1)) & 0xffff0000;
  return FLOATS[0];
}

const ROUND = { float16: Math.f16round, bfloat16: bfloat16Of } as const;

/** float32 of every exponent. */
const ANY_FLOAT = fc.oneof(
  fc.float(),
  fc.nat(4294967295).map((word) => {
    WORDS[0] = word;
    return FLOATS[0];
  }),
  fc.constantFrom(
    0,
    -0,
    65504,
    65519,
    65520,
    2 ** -24,
    2 ** -25,
    3 * 2 ** -25,
    2 ** -14,
    3.3961e38,
    Infinity,
    NaN,
  ),
);

Deno.test("every float16 and bfloat16 comes back from its number", () => {
  for (let bits = 0; bits < 65536; bits++) {
    const [half, brain] = [fromFloat16(bits), fromBfloat16(bits)];
    if (half === half) assertEquals(toFloat16(half), bits);
    if (brain === brain) assertEquals(toBfloat16(brain), bits);
    WORDS[0] = bits << 16;
    assertEquals(brain, FLOATS[0]);
  }
});

Deno.test("numbers round to the nearest, halves to even", () => {
  fc.assert(
    fc.property(ANY_FLOAT, (x) => {
      for (const dtype of HALVES) assertEquals(roundTo(dtype, x), ROUND[dtype](x));
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.double(), (x) => assertEquals(roundTo("float16", x), Math.f16round(x))), {
    numRuns: 1000,
  });
  // Once: by way of float32 it would become 1.
  assertEquals(roundTo("float16", 1 + 2 ** -11 + 2 ** -40), 1 + 2 ** -10);
});

for (const dtype of HALVES) {
  const round = ROUND[dtype];
  const list = fc.array(ANY_FLOAT, { minLength: 1, maxLength: 20 });

  Deno.test(`${dtype} is computed in float32 and rounded, eager and compiled`, () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const n = Math.min(a.length, b.length);
        const [x, y] = [a, b].map((values) => t.tensor(values.slice(0, n), { dtype }));
        const [p, q] = [x, y].map((z) => [...z.data()]);
        assertEquals(p, a.slice(0, n).map(round));
        const functions = {
          add: [t.add, (u: number, v: number) => u + v],
          multiply: [t.multiply, (u: number, v: number) => u * v],
          divide: [t.divide, (u: number, v: number) => u / v],
          maximum: [t.maximum, Math.max],
        } as const;
        for (const [f, plain] of Object.values(functions)) {
          const expected = p.map((u, i) => round(Math.fround(plain(u, q[i]))));
          const result = f(x, y);
          assertEquals([result.dtype, [...result.data()]], [dtype, expected]);
          assertEquals([...t.compile((u: Tensor, v: Tensor) => f(u, v))(x, y).data()], expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  Deno.test(`${dtype} is moved, indexed, ordered and reduced like float32`, () => {
    const x = t.tensor([[1.5, -2, 0.25], [3, 0.5, -7]], { dtype });
    const wide = x.cast("float32");
    const at = t.tensor([1, 0, 1], { dtype: "int32" });
    const calls: readonly ((y: Tensor) => Tensor)[] = [
      (y) => t.transpose(y),
      (y) => t.contiguous(t.transpose(y)),
      (y) => t.reshape(t.transpose(y), [2, 3]),
      (y) => t.slice(y, [null, [null, null, -2]]),
      (y) => t.concatenate([y, t.flip(y)], 1),
      (y) => t.broadcastTo(y, [2, 2, 3]),
      (y) => t.pad(y, 1, { value: 0.5 }),
      (y) => t.take(y, at),
      (y) => t.take(y, at, { axis: 1 }),
      (y) => t.at(y, [at, 1]).add(1),
      (y) => t.sort(y),
      (y) => t.argsort(y),
      (y) => t.sum(y, { axes: 0 }),
      (y) => t.max(y),
      (y) => t.mean(y),
      (y) => t.cumsum(y),
      (y) => t.softmax(t.where(t.less(y, 0), 0, y)).cast("int32"),
      (y) => t.matmul(y, t.transpose(y)),
      (y) => t.where(t.greater(y, 0), y, 0),
      (y) => t.isFinite(y),
      (y) => t.stack([0, 1].map((i) => y.at(i))),
    ];
    for (const f of calls) {
      const [half, whole] = [f(x), f(wide)];
      assertEquals(half.dtype, whole.dtype === "float32" ? dtype : whole.dtype, String(f));
      assertEquals([half.shape, [...half.data()]], [whole.shape, [...whole.data()].map(round)], String(f));
      const compiled = t.compile(f)(x);
      assertEquals([compiled.dtype, [...compiled.data()]], [half.dtype, [...half.data()]], String(f));
    }
    const mapped = t.vmap((row: Tensor) => t.sum(t.exp(row)))(x);
    assertEquals([mapped.dtype, mapped.shape], [dtype, [2]]);
    assertEquals(x.at(1).at(2).item(), -7);
    assertEquals(t.sum(t.tensor(2.5, { dtype })).item(), 2.5);
    assertEquals(String(x).startsWith(dtype), true);
  });

  Deno.test(`${dtype} has gradients of its own dtype`, () => {
    const x = t.tensor([0.5, -1, 2], { dtype });
    const gradient = t.grad((y: Tensor) => t.sum(t.multiply(t.square(y), y)))(x);
    assertEquals([gradient.dtype, gradient.toArray()], [dtype, [0.75, 3, 12]]);
    const mixed = t.grad((y: Tensor) => t.sum(t.multiply(y.cast("float32"), 3)))(x);
    assertEquals([mixed.dtype, mixed.toArray()], [dtype, [3, 3, 3]]);
    const step = t.compile((y: Tensor) => t.grad((z: Tensor) => t.sum(t.tanh(z)))(y));
    const expected = t.grad((z: Tensor) => t.sum(t.tanh(z)))(x);
    assertEquals(step(x).dtype, dtype);
    step(x).data().forEach((value, i) => assertEquals(Math.abs(value - expected.data()[i]) < 0.02, true));
  });

  Deno.test(`${dtype} gives the same bits on one thread and on three`, () => {
    const x = t.sin(t.arange(300_000)).cast(dtype);
    const f = t.compile((y: Tensor) => t.multiply(t.exp(y), y));
    try {
      t.configure({ threads: 1 });
      const [eager, compiled] = [t.exp(x).data(), f(x).data()];
      t.configure({ threads: 3 });
      for (let i = 0; i < 3; i++) assertEquals([t.exp(x).data(), f(x).data()], [eager, compiled]);
    } finally {
      t.configure({ threads: 2 });
      t.shutdown();
    }
  });

  Deno.test(`${dtype} comes back from a file`, () => {
    const x = t.tensor([[1, -2.5, 65504], [NaN, -Infinity, 2 ** -24]], { dtype });
    for (const one of [x, t.transpose(x), t.full([2], 3, { dtype }), t.tensor(1.5, { dtype })]) {
      const back = io.decodeSafetensors(io.encodeSafetensors({ one })).tensors.one;
      assertEquals([back.dtype, back.shape, [...back.data()]], [dtype, one.shape, [...one.data()]]);
      if (dtype === "bfloat16") {
        assertThrows(() => io.encodeNpy(one), TypeError, "bfloat16");
        continue;
      }
      const array = io.decodeNpy(io.encodeNpy(one));
      assertEquals([array.dtype, array.shape, [...array.data()]], [dtype, one.shape, [...one.data()]]);
    }
  });
}

Deno.test("float16 with bfloat16 is float32, and bits are read across", () => {
  const [x, y] = HALVES.map((dtype) => t.tensor([1.5], { dtype }));
  assertEquals(t.add(x, y).dtype, "float32");
  assertEquals(t.bitcast(x, "bfloat16").dtype, "bfloat16");
  assertEquals(t.bitcast(x, "bfloat16").item(), fromBfloat16(toFloat16(1.5)));
  assertEquals(t.nanToNum(t.tensor([Infinity], { dtype: "float16" })).item(), 65504);
  assertEquals(t.fullLike(x, 0.1).item(), Math.f16round(0.1));
  assertEquals(t.linspace(0, 1, { count: 3, dtype: "bfloat16" }).toArray(), [0, 0.5, 1]);
});
