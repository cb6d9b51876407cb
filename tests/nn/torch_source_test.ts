import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  batchNorm,
  dense,
  embedding,
  fromTorch,
  type Layer,
  lstm,
  relu,
  repeat,
  residual,
  sequential,
  spectralNorm,
  type TorchSource,
  toTorch,
  transformerEncoderLayer,
} from "../../nn/mod.ts";
import { cast, info, random, scope, type Tensor, tree } from "../../tensor/mod.ts";

const untyped = (layer: unknown): Layer => layer as Layer;

/** A source that makes each tensor when it is asked for, as a file is read, and notes what the heap holds then. */
function sourceOf(tensors: Readonly<Record<string, Tensor>>, dtype: "float16" | "float32", broken = "") {
  const reads: string[] = [];
  const held: number[] = [];
  const source: TorchSource = {
    shapes: Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape])),
    read(name) {
      if (name === broken) throw new SyntaxError(`Expected ${name} but got the end of the file`);
      reads.push(name);
      const read = cast(cast(tensors[name], "float64"), dtype);
      held.push(info().heapUsed);
      return read;
    },
  };
  return { source, reads, held };
}

const SIZE = 128;
const block = sequential({ inner: residual(sequential({ linear: dense({ features: SIZE }), relu })) });
const NETS: Readonly<Record<string, Layer>> = {
  "layers in a row": untyped(sequential(
    Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`layer${i}`, dense({ features: SIZE })])),
  )),
  "repeated layers": untyped(repeat(block, { count: 8 })),
};

for (const [kind, net] of Object.entries(NETS)) {
  for (const dtype of ["float32", "float16"] as const) {
    Deno.test(`fromTorch() of ${dtype} and ${kind} holds the result and the tensor that is read`, () => {
      scope(() => {
        const tensors = toTorch(net, net.init(random.key(0), [SIZE]));
        const { source, held } = sourceOf(tensors, dtype);
        const before = info().heapUsed;
        const { params } = fromTorch(net, source, { inputShape: [SIZE] });
        const whole = 4 * 8 * (SIZE * SIZE + SIZE);
        // A tensor as it is read, in float64 on its way, and converted.
        const part = 4 * 4 * SIZE * SIZE;
        assertEquals(Math.max(...held) - before < whole + part + 20_000, true);
        assertEquals(info().heapUsed - before < whole + 20_000, true);
        const back = toTorch(net, { params, state: {} });
        assertEquals(
          tree.entries(back).map(({ value }) => (value as Tensor).data()),
          Object.keys(back).map((name) => cast(cast(tensors[name], dtype), "float32").data()),
        );
      });
    });
  }
}

Deno.test("fromTorch() reads each tensor once, those of the first repetition twice", () => {
  const net = NETS["repeated layers"];
  const { source, reads } = sourceOf(toTorch(net, net.init(random.key(0), [SIZE])), "float32");
  fromTorch(net, source, { inputShape: [SIZE] });
  const twice = reads.filter((name, i) => reads.indexOf(name) !== i);
  assertEquals(twice, ["0.inner.body.linear.weight", "0.inner.body.linear.bias"]);
});

Deno.test("fromTorch() keeps nothing of a source that breaks off", () => {
  for (const net of Object.values(NETS)) {
    const tensors = toTorch(net, net.init(random.key(0), [SIZE]));
    const broken = Object.keys(tensors).at(-1)!;
    const { source, reads } = sourceOf(tensors, "float16", broken);
    const before = info().heapUsed;
    assertThrows(() => fromTorch(net, source, { inputShape: [SIZE] }), SyntaxError, "the end of the file");
    assertEquals([info().heapUsed, reads.length > 8], [before, true]);
  }
});

Deno.test("fromTorch() knows the shapes of every kind of layer without its params", () => {
  const nets: readonly (readonly [Layer, readonly number[]])[] = [
    [untyped(sequential({ e: embedding({ count: 9, features: 8 }), m: lstm({ features: 4, layers: 2 }) })), [
      5,
    ]],
    [untyped(repeat(transformerEncoderLayer({ features: 8, heads: 2 }), { count: 2 })), [5, 8]],
    [
      untyped(sequential({ n: batchNorm(), s: spectralNorm(untyped(dense({ features: 3 })), { axis: -1 }) })),
      [8],
    ],
  ];
  for (const [net, inputShape] of nets) {
    const variables = net.init(random.key(3), inputShape);
    const loaded = fromTorch(net, toTorch(net, variables), { inputShape });
    const numbers = (values: unknown) =>
      tree.entries(values).map((
        { path, value },
      ) => [path, (value as Tensor).dtype, (value as Tensor).toArray()]);
    assertEquals(numbers(loaded), numbers({ params: variables.params, state: variables.state }));
  }
});

Deno.test("fromTorch() asks for like or the shape of an input", () => {
  const net = untyped(dense({ features: 2 }));
  const like = net.init(random.key(0), [3]);
  const tensors = toTorch(net, like);
  assertThrows(() => fromTorch(net, tensors, {}), TypeError, "expects like or inputShape but got neither");
  assertThrows(() => fromTorch(net, tensors, { like, inputShape: [3] }), TypeError, "but got both");
  assertThrows(() => fromTorch(net, tensors, { inputShape: [4] }), RangeError, "misshapen weight [2, 3]");
});
