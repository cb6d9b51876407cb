import fc from "fast-check";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { RUNS } from "../runs.ts";
import { operandsOf, PROGRAM, type Program, run } from "./compile/programs.ts";

/** Operands in double precision, moved on by `k` places, so that each example has others. */
function operandsAt(program: Program, k: number): Tensor[] {
  return operandsOf(program).map((x) => {
    const data = Float64Array.from(x.data());
    return t.tensor(data.map((_, i) => data[(i + k) % data.length]), { shape: x.shape });
  });
}

/** Throws unless numbers are the same up to rounding; where they have grown beyond reason nothing is compared. */
function assertNear(actual: Tensor, expected: Tensor, tolerance: number): void {
  if (actual.dtype !== expected.dtype || `${actual.shape}` !== `${expected.shape}`) {
    throw new Error(`Expected ${expected.dtype}[${expected.shape}] but got ${actual.dtype}[${actual.shape}]`);
  }
  const [a, b] = [actual.data(), expected.data()];
  const scale = Math.max(1, ...b.slice(0, 1000).map(Math.abs));
  if (!(scale < 1e6)) return;
  b.forEach((value, i) => {
    if (Math.abs(a[i] - value) <= tolerance * scale || Object.is(a[i], value)) return;
    throw new Error(`Expected ${value} at ${i} but got ${a[i]}`);
  });
}

function check(law: (program: Program) => void): void {
  fc.assert(
    fc.property(PROGRAM, (program) => {
      t.scope(() => {
        law(program);
        return null;
      });
    }),
    RUNS,
  );
}

Deno.test("vmap of random programs is a loop over the examples, whatever is mapped along any axis", () => {
  check((program) => {
    const examples = [0, 1, 2].map((k) => operandsAt(program, k));
    const mapped = program.operands.map(({ donated }, i) => donated || i === 0);
    const axes = program.operands.map(({ shape }, i) => (i + program.steps.length) % (shape.length + 1));
    const batch = mapped.map((is, i) =>
      is ? t.stack(examples.map((one) => one[i]), axes[i]) : examples[0][i]
    );
    const inAxes = mapped.map((is, i) => is ? axes[i] : null);
    const results = t.vmap((...given: Tensor[]) => run(program, given), { inAxes })(...batch);
    const loop = examples.map((one) => run(program, one.map((x, i) => mapped[i] ? x : examples[0][i])));
    results.forEach((result, k) => assertNear(result, t.stack(loop.map((one) => one[k])), 1e-9));
  });
});

Deno.test("random programs are pushed forward as they are pulled back, eager and compiled", () => {
  check((program) => {
    const operands = operandsAt(program, 0);
    const f = (...given: Tensor[]): Tensor =>
      run(program, given).reduce(
        (total, x) => t.add(total, t.divide(t.sum(t.tanh(t.cast(x, "float64"))), 1 + x.size)),
        t.tensor(0, { dtype: "float64" }),
      );
    const tangents = operandsAt(program, 1);
    const forward = (...given: Tensor[]): Tensor => t.jvp(f, given, tangents).tangent;
    const gradients = t.grad(f as (x: Tensor) => Tensor, { argnums: operands.map((_, i) => i) as never })(
      ...operands as [Tensor],
    ) as unknown as Tensor[];
    const backward = gradients.reduce(
      (total, g, i) => t.add(total, t.sum(t.multiply(g, tangents[i]))),
      t.tensor(0, { dtype: "float64" }),
    );
    const along = forward(...operands);
    // An infinite slope times a slope of zero is NaN in one order and 0 in the other.
    if (!Number.isFinite(backward.item()) || !Number.isFinite(along.item())) return;
    assertNear(along, backward, 1e-8);
    assertNear(t.compile(forward)(...operands), backward, 1e-8);
  });
});
