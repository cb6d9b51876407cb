import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  adam,
  addDecayedWeights,
  type AnyTransform,
  chain,
  describe,
  freeze,
  groups,
  masked,
  partition,
  rest,
  scale,
  selectiveTransform,
  setToZero,
  sgd,
  trainable,
} from "../../optim/mod.ts";
import {
  add,
  compile,
  format,
  grad,
  matmul,
  multiply,
  record,
  square,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "../../tensor/mod.ts";

const params = { stem: { kernel: zeros([2, 3]), bias: zeros([3]) }, head: zeros([3, 1]) };
const onlyHead = { stem: { kernel: false, bias: false }, head: true };
const all = { stem: { kernel: true, bias: true }, head: true };

Deno.test("trainable() knows what each combinator freezes", () => {
  const optimizer = adam({ learningRate: 0.1 });
  const cases: readonly (readonly [AnyTransform, unknown])[] = [
    [optimizer, all],
    [setToZero(), { stem: { kernel: false, bias: false }, head: false }],
    [
      groups([{ name: "a", select: "stem/**", transform: setToZero() }, {
        name: "b",
        select: rest,
        transform: optimizer,
      }]),
      onlyHead,
    ],
    [partition({ a: setToZero(), b: optimizer }, { stem: "a", head: "b" }), onlyHead],
    [selectiveTransform(optimizer, { freeze: "stem/*" }), onlyHead],
    [selectiveTransform(optimizer, { freeze: { stem: true, head: false } }), onlyHead],
    [selectiveTransform(optimizer, { freeze: (path) => path !== "head" }), onlyHead],
    [chain(optimizer, freeze("stem/**")), onlyHead],
    [chain(scale(2), selectiveTransform(optimizer, { freeze: "stem/*" })), onlyHead],
    // Decay after a freeze moves the leaves again.
    [chain(freeze("stem/**"), addDecayedWeights({ weightDecay: 0.1 })), all],
    [masked(optimizer, "head", { rest: "pass" }), all],
    [masked(masked(optimizer, "**", { rest: "zero" }), "head", { rest: "zero" }), onlyHead],
  ];
  cases.forEach(([transform, expected], i) => assertEquals([i, trainable(transform, params)], [i, expected]));
  assertThrows(() => trainable({} as AnyTransform, params), TypeError, "trainable expects a transform");
  assertThrows(() => trainable(optimizer, { x: 1 }), TypeError, "expects params to be tensors");
});

type Params = typeof params;
const loss = (p: Params, x: Tensor): Tensor =>
  sum(square(matmul(add(matmul(x, p.stem.kernel), p.stem.bias), p.head)));

Deno.test("grad() computes nothing for leaves that are not trainable", () => {
  const x = tensor([[1, 2], [3, 4]]);
  const list = (trainable: unknown): string =>
    format(record(grad(loss, { trainable }), { name: "gradient" })(params, x).tape);
  // Behind the loss stand the gradient of the product and, for the stem, two more products and a sum.
  const backward = (text: string): string[] => {
    const lines = text.split("\n").map((line) => / = (\w+)/.exec(line)?.[1] ?? "");
    return lines.slice(lines.indexOf("reshape") + 1);
  };
  const ofHead = ["multiply", "multiply", "transpose", "matmul"];
  assertEquals(backward(list(onlyHead)), ofHead);
  assertEquals(backward(list(true)), [...ofHead, "transpose", "matmul", "sum", "transpose", "matmul"]);
  const program = compile(grad(loss, { trainable: onlyHead })).program(params, x);
  const inFull = compile(grad(loss)).program(params, x);
  assertEquals(program.tape.entries.length, inFull.tape.entries.length - 5);
});

Deno.test("grad() gives the same gradients to the leaves that are trainable, and holes to the others", () => {
  const some = {
    stem: { kernel: tensor([[1, 2, 3], [4, 5, 6]]), bias: tensor([1, 1, 1]) },
    head: tensor([[1], [2], [3]]),
  };
  const x = tensor([[1, -1]]);
  const whole = grad(loss)(some, x);
  for (const mask of [onlyHead, { stem: false, head: true }]) {
    const { gradient, value } = valueAndGrad(loss, { trainable: mask })(some, x);
    assertEquals(gradient.head.toArray(), whole.head.toArray());
    assertEquals(gradient.stem, { kernel: null, bias: null } as unknown as Params["stem"]);
    assertEquals(value.item(), loss(some, x).item());
  }
  const both = grad((a: Tensor, b: { c: Tensor; d: Tensor }) => multiply(a, multiply(b.c, b.d)), {
    argnums: [0, 1],
    trainable: [true, { c: false, d: true }],
  })(tensor(2), { c: tensor(3), d: tensor(5) }) as unknown as [Tensor, { c: null; d: Tensor }];
  assertEquals([both[0].item(), both[1].c, both[1].d.item()], [15, null, 6]);
});

Deno.test("grad() throws for a mask that does not fit", () => {
  const x = tensor([[1, 2]]);
  assertThrows(
    () => grad(loss, { trainable: { stem: { kernel: true }, head: true } })(params, x),
    TypeError,
    "grad expects trainable to be a tree of booleans like its argument but got { kernel } for { kernel, bias } at stem",
  );
  assertThrows(
    () => grad(loss, { trainable: { stem: 1, head: true } })(params, x),
    TypeError,
    "a number for",
  );
  assertThrows(() => grad(loss, { trainable: false })(params, x), RangeError, "at least one tensor");
  assertThrows(() => grad(loss, { argnums: [0], trainable: [] }), RangeError, "expects 1 trees in trainable");
});

Deno.test("a step with a frozen stem has no state and no gradients for it, eager and compiled", () => {
  const start = {
    stem: { kernel: tensor([[1, 2, 3], [4, 5, 6]]), bias: tensor([1, 1, 1]) },
    head: tensor([[1], [2], [3]]),
  };
  const optimizer = chain(
    selectiveTransform(sgd({ learningRate: 0.01, momentum: 0.9 }), { freeze: "stem/**" }),
  );
  assertEquals(describe(optimizer, start).rows[0].stateBytes, 12);
  const mask = trainable(optimizer, start);
  const x = tensor([[1, -1]]);
  const step = (params: Params, state: ReturnType<typeof optimizer.init>) =>
    optimizer.step(state, grad(loss, { trainable: mask })(params, x), params);
  const eager = step(start, optimizer.init(start));
  const compiled = compile(step)(start, optimizer.init(start));
  const full = optimizer.step(optimizer.init(start), grad(loss)(start, x), start);
  assertEquals(eager.params.stem.kernel === start.stem.kernel, true);
  for (const { params } of [compiled, full]) {
    assertEquals(params.head.toArray(), eager.params.head.toArray());
    assertEquals(params.stem.kernel.toArray(), start.stem.kernel.toArray());
  }
});
