/**
 * Laws of cells over sequences.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  type CellOptions,
  gruCell,
  hardSigmoid,
  lstmCell,
  mguCell,
  recurrent,
  type RecurrentCell,
  relu,
  sequential,
  simpleCell,
} from "../../nn/mod.ts";
import {
  concatenate,
  flip,
  index,
  ones,
  random,
  slice,
  stack,
  type Tensor,
  tensor,
} from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const CELLS: Readonly<Record<string, (options: CellOptions) => RecurrentCell>> = {
  simpleCell,
  residual: (options) => simpleCell({ ...options, residual: true, activation: relu }),
  lstmCell,
  hard: (options) => lstmCell({ ...options, gate: hardSigmoid }),
  gruCell,
  mguCell,
  withoutReset: (options) => mguCell({ ...options, resetGate: false }),
};

const sizes = fc.record({
  kind: fc.constantFrom(...Object.keys(CELLS)),
  features: fc.integer({ min: 1, max: 4 }),
  inputs: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 3 }),
  length: fc.integer({ min: 1, max: 5 }),
  bias: fc.boolean(),
  seed: fc.nat(),
});

function assertClose(a: Tensor, b: Tensor): void {
  assertEquals(a.shape, b.shape);
  const wanted = b.data();
  a.data().forEach((x, i) => {
    if (!(Math.abs(x - wanted[i]) < 1e-5)) {
      throw new Error(`element ${i}: expected ${wanted[i]} but got ${x}`);
    }
  });
}

/** Runs a law on random cells, inputs and lengths. */
function law(
  name: string,
  holds: (given: {
    readonly cell: RecurrentCell;
    readonly x: Tensor;
    readonly lengths: readonly number[];
    readonly key: Tensor;
  }) => void,
): void {
  Deno.test(name, () => {
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (given, parts) => {
          const { kind, features, inputs, n, length, bias, seed } = given;
          holds({
            cell: CELLS[kind]({ features, bias }),
            x: random.normal(random.key(seed), [n, length, inputs]),
            lengths: parts.slice(0, n).map((part) => 1 + Math.floor(part * (length - 1))),
            key: random.key(seed + 1),
          });
        },
      ),
      { numRuns: 15 },
    );
  });
}

const int = (list: readonly number[]): Tensor => tensor(list, { dtype: "int32" });

law("a layer is its cell step by step, of the shape it says", ({ cell, x, key }) => {
  const layer = recurrent(cell);
  const { params, outputShape } = layer.init(key, x.shape.slice(1));
  const { output, carry } = layer.run(params, x);
  assertEquals(output.shape.slice(1), outputShape);
  let step = cell.initCarry(index(x.transpose([1, 0, 2]), 0));
  const outputs: Tensor[] = [];
  for (let t = 0; t < x.shape[1]; t++) {
    step = cell.step(params.layer0, step, index(x.transpose([1, 0, 2]), t));
    outputs.push(step.hidden);
  }
  assertClose(output, stack(outputs, 1));
  assertClose(index(carry.hidden, 0), step.hidden);
  if (step.cell !== undefined) assertClose(index(carry.cell!, 0), step.cell);
});

law("a sequence in two parts with the carry between is the whole", ({ cell, x, key }) => {
  if (x.shape[1] < 2) return;
  const layer = recurrent(cell, { layers: 2 });
  const { params } = layer.init(key, x.shape.slice(1));
  const first = layer.run(params, slice(x, [null, [0, 1]]));
  const second = layer.run(params, slice(x, [null, [1, x.shape[1]]]), { carry: first.carry });
  const whole = layer.run(params, x);
  assertClose(concatenate([first.output, second.output], 1), whole.output);
  assertClose(second.carry.hidden, whole.carry.hidden);
});

law("both directions are the forward one beside the reversed one", ({ cell, x, lengths, key }) => {
  const both = recurrent(cell, { bidirectional: true });
  const { params } = both.init(key, x.shape.slice(1));
  for (const how of [{}, { lengths: int(lengths) }]) {
    const forward = recurrent(cell).run({ layer0: params.layer0 }, x, how);
    const backward = recurrent(cell, { reverse: true }).run({ layer0: params.layer0Reverse }, x, how);
    const { output, carry } = both.run(params, x, how);
    assertClose(output, concatenate([forward.output, backward.output], -1));
    assertClose(carry.hidden, concatenate([forward.carry.hidden, backward.carry.hidden]));
  }
});

law("reversed is forward over the flipped sequence, in either order", ({ cell, x, key }) => {
  const { params } = recurrent(cell).init(key, x.shape.slice(1));
  const there = recurrent(cell).run(params, flip(x, 1)).output;
  assertClose(recurrent(cell, { reverse: true }).run(params, x).output, flip(there, 1));
  assertClose(recurrent(cell, { reverse: true, keepOrder: false }).run(params, x).output, there);
});

law(
  "sequences of several lengths are each alone, in all directions and orders",
  ({ cell, x, lengths, key }) => {
    for (const how of [{}, { reverse: true }, { reverse: true, keepOrder: false }, { bidirectional: true }]) {
      const layer = recurrent(cell, { ...how, layers: 2 });
      const { params } = layer.init(key, x.shape.slice(1));
      const packed = layer.run(params, x, { lengths: int(lengths) });
      lengths.forEach((length, i) => {
        const alone = layer.run(params, slice(x, [[i, i + 1], [0, length]]));
        assertClose(slice(packed.output, [[i, i + 1], [0, length]]), alone.output);
        assertClose(slice(packed.carry.hidden, [null, [i, i + 1]]), alone.carry.hidden);
        const rest = slice(packed.output, [[i, i + 1], [length, x.shape[1]]]);
        assertEquals(rest.data().every((y) => y === 0), true);
      });
    }
  },
);

for (const [kind, make] of Object.entries(CELLS)) {
  Deno.test(`a step of ${kind} has the gradients of finite differences`, () => {
    const cell = make({ features: 2 });
    const { params } = cell.init(random.key(3), [2]);
    const x = random.normal(random.key(4), [2, 2]);
    const carry = cell.initCarry(x);
    checkGradients(
      (p: typeof params, h: Tensor, y: Tensor) => cell.step(p, { ...carry, hidden: h }, y).hidden,
      [params, random.normal(random.key(5), [2, 2]), x],
      { order: 1, elements: 4 },
    );
  });
}

Deno.test("cells and layers of them throw for what does not fit", () => {
  const cell = lstmCell({ features: 3 });
  const { params } = cell.init(random.key(0), [2]);
  const carry = cell.initCarry(ones([1, 2]));
  assertThrows(
    () => lstmCell({ features: 0 }),
    RangeError,
    "lstmCell expects features to be a positive integer",
  );
  assertThrows(() => gruCell({ features: 1.5 }), RangeError, "gruCell expects features");
  assertThrows(() => mguCell({ features: -1 }), RangeError, "mguCell expects features");
  assertThrows(() => simpleCell({ features: NaN }), RangeError, "simpleCell expects features");
  assertThrows(
    () => cell.init(random.key(0), [4, 2]),
    RangeError,
    "lstmCell expects an input shape [features]",
  );
  assertThrows(
    () => cell.step(params, carry, ones([1, 3])),
    RangeError,
    "inputs of shape [n, 2] but got [1, 3]",
  );
  assertThrows(
    () => cell.step(params, { hidden: carry.hidden }, ones([1, 2])),
    TypeError,
    "lstmCell expects a carry with hidden and cell but got one without cell",
  );
  assertThrows(() => cell.step(params, carry, ones([2, 2])), RangeError, "a carry of shape [2, 3]");
  assertThrows(
    () => recurrent(cell, { keepOrder: false }),
    RangeError,
    "recurrent expects reverse where keepOrder is false",
  );
  assertThrows(() => recurrent({} as RecurrentCell), TypeError, "recurrent expects a cell but got");
  const net = sequential({ read: recurrent(cell) });
  const variables = net.init(random.key(0), [4, 2]);
  assertThrows(
    () => net.apply(variables, ones([1, 4, 3])),
    RangeError,
    "recurrent at read expects inputs of shape [n, length, 2] but got [1, 4, 3]",
  );
});
