import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { checkGuards, setGuards } from "../../../tensor/runtime/heap.ts";
import { assertSame, operandsOf, PROGRAM, type Program, run } from "./programs.ts";

/** Compiles a program, runs it three times, and compares each run with the eager one. */
function checkProgram(program: Program, donate: boolean): void {
  t.scope(() => {
    const expected = run(program, operandsOf(program));
    const positions = program.operands.flatMap(({ donated }, i) => donate && donated ? [i] : []);
    const compiled = t.compile((...operands: Tensor[]) => run(program, operands), { donate: positions });
    for (let i = 0; i < 3; i++) {
      const operands = operandsOf(program);
      const kept = operands.map((operand) => operand.data());
      const results = compiled(...operands);
      results.forEach((result, j) => assertSame(result, expected[j]));
      // What was not donated is as it was, unless it is the same tensor as one that was.
      operands.forEach((operand, j) => {
        const given = positions.some((position) =>
          operands[position].storage !== null && operands[position].storage === operand.storage
        );
        if (!given) assertSame(operand, t.tensor(kept[j], { shape: operand.shape }));
      });
    }
  });
}

/** Runs a check where fused loops round as single ones do: a fused multiply-add has one rounding less. */
function withoutFusedRounding(check: () => void): void {
  for (const simd of ["strict", "off"] as const) {
    t.configure({ simd });
    try {
      check();
    } finally {
      t.configure({ simd: "relaxed" });
    }
  }
}

function guarded(check: () => void): void {
  setGuards(true);
  try {
    check();
    checkGuards();
  } finally {
    setGuards(false);
  }
}

Deno.test("compiled programs equal eager ones bit for bit", () => {
  withoutFusedRounding(() =>
    guarded(() => {
      fc.assert(fc.property(PROGRAM, (program) => checkProgram(program, false)), { numRuns: 400 });
    })
  );
});

Deno.test("compiled programs with donated arguments equal eager ones bit for bit", () => {
  withoutFusedRounding(() =>
    guarded(() => {
      fc.assert(fc.property(PROGRAM, (program) => checkProgram(program, true)), { numRuns: 600 });
    })
  );
});

Deno.test("compiled gradients equal eager ones bit for bit", () => {
  withoutFusedRounding(() =>
    fc.assert(
      fc.property(PROGRAM, (program) => {
        t.scope(() => {
          const loss = (operands: Tensor[]): Tensor =>
            run(program, operands).reduce((total, result) => t.add(total, t.sum(result)), t.tensor(0));
          const gradient = t.grad(loss);
          const expected = gradient(operandsOf(program));
          const compiled = t.compile((...operands: Tensor[]) => gradient(operands));
          for (let i = 0; i < 2; i++) {
            compiled(...operandsOf(program)).forEach((result, j) => assertSame(result, expected[j]));
          }
        });
      }),
      { numRuns: 200 },
    )
  );
});

Deno.test("programs fed with their own results equal eager ones bit for bit", () => {
  withoutFusedRounding(() =>
    fc.assert(
      fc.property(PROGRAM, (program) => {
        t.scope(() => {
          const [shape] = program.operands.map((operand) => operand.shape);
          const step = (x: Tensor, y: Tensor): [Tensor, Tensor] => {
            const [result] = run(program, [x, y]);
            return [t.add(t.multiply(x, 0.5), t.tanh(t.mean(result))), t.maximum(x, y)];
          };
          const compiled = t.compile(step, { donate: [0, 1] });
          const start = (): [Tensor, Tensor] => [t.add(t.ones(shape), 1), t.zeros(shape)];
          let [eager, fast] = [start(), start()];
          for (let i = 0; i < 4; i++) [eager, fast] = [step(...eager), compiled(...fast)];
          assertSame(fast[0], eager[0]);
          assertSame(fast[1], eager[1]);
        });
      }),
      { numRuns: 200 },
    )
  );
});
