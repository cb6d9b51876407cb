import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  compile,
  configure,
  grad,
  info,
  jvp,
  matmul,
  multiply,
  ones,
  primitiveNames,
  random,
  record,
  shutdown,
  square,
  stack,
  sum,
  type Tensor,
  tensor,
  vjp,
  vmap,
} from "../../tensor/mod.ts";
import { isFloating } from "../../tensor/dtype.ts";
import type { Tape } from "../../tensor/primitive.ts";
import { checkGradients } from "../laws/gradients.ts";
import { type Entry, numbers } from "./primitives/entry.ts";
import { TABLE } from "./primitives/table.ts";

/** Those whose arithmetic is in float32, beyond the reach of finite differences. */
const UNCHECKED = ["cast", "uniform"];

/** Throws unless the table has exactly the given primitives. */
function checkComplete(names: readonly string[], table: Readonly<Record<string, Entry>>): void {
  const missing = names.filter((name) => !Object.hasOwn(table, name));
  if (missing.length > 0) {
    throw new Error(`Expected an entry for every primitive but ${missing.join(", ")} have none`);
  }
  const unknown = Object.keys(table).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(`Expected entries of primitives only but got ${unknown.join(", ")}`);
  }
}

Deno.test("the table of primitives has each of them", () => {
  checkComplete(primitiveNames(), TABLE);
});

Deno.test("a primitive without an entry fails the suite", () => {
  assertThrows(() => checkComplete([...primitiveNames(), "newOne"], TABLE), Error, "newOne");
  const { exp: _, ...rest } = TABLE;
  assertThrows(() => checkComplete(primitiveNames(), rest), Error, "exp");
});

/** The tapes of a function and of its gradient. */
function tapesOf({ f, small, order }: Entry): readonly Tape[] {
  const operands = small();
  const first = record(f)(...operands).tape;
  if (order === 0) return [first];
  return [
    first,
    record((...given: Tensor[]) => grad((x: Tensor) => sum(f(x, ...given.slice(1))))(given[0]))(
      ...operands,
    ).tape,
  ];
}

for (const [name, entry] of Object.entries(TABLE)) {
  if (name !== "hostScalar") {
    Deno.test(`${name} is what its entry applies`, () => {
      const applied = tapesOf(entry).flatMap((tape) => tape.entries).find((one) =>
        one.primitive.name === name
      );
      assertEquals(applied?.primitive.name, name);
      const isFlat = applied?.primitive.pullback === null;
      const expected = name === "slope" || entry.order === 0 && !UNCHECKED.includes(name);
      assertEquals(isFlat, expected, "Expected order 0 where the gradient is zero by definition");
    });
  }

  if (entry.order > 0) {
    Deno.test(`${name} has the gradients of finite differences`, () => {
      // A pullback of one's own says nothing of forward mode.
      const mode = name === "customVjp" ? "reverse" : "both";
      checkGradients(entry.f, entry.small(), { order: entry.order, mode });
    });
  }

  if (entry.order > 0 && entry.backwardOnly !== true) {
    Deno.test(`${name} is pushed forward as it is pulled back`, () => {
      const operands = entry.small();
      for (const f of [entry.f, slopesOf(entry.f)]) {
        const tangents = operands.map((x, i) =>
          isFloating(x.dtype) ? numbers(x.shape, -1, 1 + i, x.dtype) : null
        );
        const { value, tangent } = jvp(f, operands, tangents);
        const cotangent = numbers(value.shape, -1, 2, value.dtype);
        const pulled = vjp(f, ...operands).pullback(cotangent) as readonly (Tensor | null)[];
        const inner = (a: Tensor, b: Tensor): number => sum(multiply(a, b)).item();
        const forward = inner(cotangent, tangent);
        const backward = tangents.reduce((total, t, i) => total + (t === null ? 0 : inner(t, pulled[i]!)), 0);
        assertAlmostEquals(forward, backward, 1e-10 * (1 + Math.abs(backward)));
      }
    });
  }

  Deno.test(`${name} under vmap is a loop over the examples`, () => {
    const operands = entry.small();
    // Each operand mapped alone, and all of them.
    for (let which = 0; which <= operands.length; which++) {
      const mapped = operands.map((_, i) => which === operands.length || which === i);
      const examples = [0, 1, 2].map((k) => operands.map((x, i) => mapped[i] ? variation(x, k) : x));
      const batch = operands.map((x, i) => mapped[i] ? stackAll(examples.map((example) => example[i])) : x);
      const inAxes = mapped.map((is) => is ? 0 : null);
      const functions = entry.order === 0 ? [entry.f] : [entry.f, slopesOf(entry.f)];
      for (const f of functions) {
        assertClose(vmap(f, { inAxes })(...batch), stackAll(examples.map((example) => f(...example))));
      }
    }
  });

  Deno.test(`${name} gives the same bits eager and compiled`, () => {
    // A fused multiply-add has one rounding less, so bits are compared where there is none.
    configure({ simd: "strict" });
    try {
      for (const operands of [entry.small(), entry.large()]) {
        assertSameBits(compile(entry.f)(...operands), entry.f(...operands));
      }
    } finally {
      configure({ simd: "relaxed" });
    }
  });

  Deno.test(`${name} gives the same bits on one thread and on three`, () => {
    const operands = entry.large();
    const compiled = compile(entry.f);
    try {
      configure({ threads: 1 });
      const one = entry.f(...operands);
      const compiledOne = compiled(...operands);
      configure({ threads: 3 });
      // A worker joins after some work that it could have shared; two products of matrices are enough.
      for (let i = 0; i < 50 && info().workers === 0; i++) matmul(ones([200, 200]), ones([200, 200]));
      assertSameBits(entry.f(...operands), one);
      assertSameBits(compiled(...operands), compiledOne);
    } finally {
      configure({ threads: 2 });
      shutdown();
    }
  });
}

const FLAT = ["sign", "floor", "ceil", "round", "trunc", "stopGradient"];
for (const name of FLAT) {
  Deno.test(`${name} has a gradient of zeros`, () => {
    const [x] = TABLE[name].small();
    assertEquals(isFloating(x.dtype), true);
    const gradient = grad((y: Tensor) => sum(TABLE[name].f(y)))(x);
    assertEquals(gradient.data(), new Float64Array(x.size));
  });
}

/** A tensor with its elements moved on by `k` places, or another random key. */
function variation(x: Tensor, k: number): Tensor {
  if (x.dtype === "key") return random.foldIn(x, k);
  const data = x.data();
  return tensor(data.map((_, i) => data[(i + k) % data.length]), { shape: x.shape, dtype: x.dtype });
}

function stackAll(examples: readonly Tensor[]): Tensor {
  if (examples[0].dtype !== "key") return stack(examples);
  return random.wrapKeyData(stack(examples.map((key) => random.keyData(key))));
}

/** The gradient of the sum of squares by the first operand. */
function slopesOf(f: Entry["f"]): Entry["f"] {
  return (...operands) =>
    grad((...given: Tensor[]) => sum(square(f(...given))))(operands[0], ...operands.slice(1));
}

/** Bits of what is exact, and numbers up to the rounding of another order. */
function assertClose(actual: Tensor, expected: Tensor): void {
  assertEquals([actual.dtype, actual.shape], [expected.dtype, expected.shape]);
  const [a, b] = [actual.data(), expected.data()];
  const tolerance = actual.dtype === "float64" ? 1e-12 : actual.dtype === "float32" ? 1e-5 : 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i]) || Math.abs(a[i] - b[i]) <= tolerance * (1 + Math.abs(b[i]))) continue;
    throw new Error(`Expected ${b[i]} at ${i} but got ${a[i]}`);
  }
}

function assertSameBits(actual: Tensor, expected: Tensor): void {
  assertEquals([actual.dtype, actual.shape], [expected.dtype, expected.shape]);
  const [a, b] = [actual.data(), expected.data()].map((data) => new Uint8Array(data.buffer));
  if (a.length === b.length && a.every((byte, i) => byte === b[i])) return;
  const at = a.findIndex((byte, i) => byte !== b[i]);
  throw new Error(`Expected the same bits but byte ${at} of ${a.length} is ${a[at]} instead of ${b[at]}`);
}
