import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { ones, softmax, sum, tensor, variance } from "../../tensor/mod.ts";

interface Options {
  readonly axis?: number;
  readonly keepDims?: boolean;
}

const NAMES = { axis: true, keepDims: true } as const;

const check = (options: unknown): void => checkOptionNames("turn", options as Options, NAMES);

Deno.test("checkOptionNames() takes what has known names alone, whatever they hold", () => {
  class Settings {
    readonly axis = 1;
  }
  const bare = Object.assign(Object.create(null), { axis: 0 });
  const taken = [
    {},
    { axis: 0 },
    { axis: undefined, keepDims: "x" },
    new Settings(),
    bare,
    Object.create(null),
    Object.create({ axis: 1 }),
    Object.freeze({ keepDims: true }),
  ];
  assertEquals(taken.map(check), taken.map(() => undefined));
});

Deno.test("checkOptionNames() refuses what is no object of options by what it is", () => {
  const refused: readonly (readonly [options: unknown, got: string])[] = [
    [0, "0"],
    [NaN, "NaN"],
    [1n, "1"],
    [true, "true"],
    ["axis", '"axis"'],
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("axis"), "a symbol"],
    [() => 0, "a function"],
    [[], "an array of 0"],
    [[0, 1], "an array of 2"],
    [new Map([["axis", 0]]), "Map"],
    [new Date(0), "Date"],
    [new Float32Array(0), "Float32Array"],
    [new Float32Array(2), "Float32Array"],
    [ones([2]), "Tensor"],
  ];
  for (const [options, got] of refused) {
    assertThrows(() => check(options), TypeError, `turn expects options to be an object but got ${got}`);
  }
});

Deno.test("checkOptionNames() tells the known names and the first that is not among them", () => {
  const unknown = [
    { axes: 0 },
    { axis: 0, axes: 0 },
    Object.create({ axes: 0 }),
    { axes: undefined },
  ];
  for (const options of unknown) {
    assertThrows(() => check(options), TypeError, "turn expects the options axis and keepDims but got axes");
  }
  // What every object inherits is no option.
  assertThrows(() => check({ toString: 0 }), TypeError, "but got toString");
  assertThrows(
    () => checkOptionNames("turn", { b: 1 } as { readonly a?: number }, { a: true } as const),
    TypeError,
    "turn expects the option a but got b",
  );
});

Deno.test("the options of other libraries are refused by name", () => {
  const x = tensor([[1, 2], [3, 4]]);
  const wrong = (value: unknown): never => value as never;
  assertThrows(() => sum(x, wrong(0)), TypeError, "sum expects options to be an object but got 0");
  assertThrows(
    () => sum(x, wrong({ axis: 0 })),
    TypeError,
    "sum expects the options axes, keepDims and where but got axis",
  );
  assertThrows(() => softmax(x, wrong(1)), TypeError, "softmax expects options to be an object but got 1");
  assertThrows(() => variance(x, wrong({ ddof: 1 })), TypeError, "but got ddof");
  assertThrows(
    () => x.sum(wrong([0])),
    TypeError,
    "sum expects options to be an object but got an array of 1",
  );
  assertEquals(sum(x, undefined).item(), 10);
});

// A list that is not complete, or says too much, does not compile.
// @ts-expect-error: keepDims is missing
const _missing = (options: Options): void => checkOptionNames("turn", options, { axis: true } as const);
const _more = (options: Options): void =>
  // @ts-expect-error: where is no option
  checkOptionNames("turn", options, { axis: true, keepDims: true, where: true } as const);
