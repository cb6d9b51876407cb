import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import { assertPlain, operand, reduceAll } from "./reference.ts";
import { RUNS } from "../../runs.ts";

const total = (elements: number[]): number => elements.reduce((sum, x) => sum + x, 0);

Deno.test("logSumExp(), softmax() and logSoftmax() are those of each line", () => {
  fc.assert(
    fc.property(operand("float64"), fc.nat(3), ({ tensor, plain }, turn) => {
      if (plain.shape.length === 0) return;
      const axis = turn % plain.shape.length;
      const finite = t.where(t.isFinite(tensor), tensor, 1);
      const data = plain.data.map((x) => Number.isFinite(x) ? x : 1);
      const sums = reduceAll({ shape: plain.shape, data }, [axis], (x) => Math.log(total(x.map(Math.exp))));
      assertPlain(t.logSumExp(finite, { axes: axis }), sums, "float64", 1e-12);
      const lines = t.sum(t.softmax(finite, { axes: axis }), { axes: axis });
      const one = plain.shape[axis] === 0 ? 0 : 1;
      assertPlain(lines, { shape: sums.shape, data: sums.data.map(() => one) }, "float64", 1e-12);
      const logarithms = t.exp(t.logSoftmax(finite, { axes: axis }));
      assertPlain(
        logarithms,
        { shape: plain.shape, data: [...t.softmax(finite, { axes: axis }).data()] },
        "float64",
        1e-12,
      );
    }),
    RUNS,
  );
});
