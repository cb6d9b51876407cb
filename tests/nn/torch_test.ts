import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  fromTorch,
  type Layer,
  layerNorm,
  relu,
  residual,
  sequential,
  torchParams,
  toTorch,
} from "../../nn/mod.ts";
import {
  add,
  arange,
  multiply,
  ones,
  random,
  reshape,
  type Tensor,
  tensor,
  transpose,
  tree,
} from "../../tensor/mod.ts";

const shapes = (tensors: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, [...shape]]));
const numbers = (values: unknown) =>
  tree.entries(values).map(({ path, value }) => [path, (value as Tensor).toArray()]);

Deno.test("each layer has torch's names, layouts and order", () => {
  const net = sequential({
    conv: conv2d({ features: 4, kernelSize: [3, 2] }),
    bn: batchNorm(),
    block: residual(sequential({ relu, inner: conv2d({ features: 4, kernelSize: 1, bias: false }) })),
    flatten,
    norm: layerNorm(),
    head: dense({ features: 5 }),
  });
  const variables = net.init(random.key(0), [3, 4, 3]);
  assertEquals(Object.entries(shapes(toTorch(net, variables))), [
    ["conv.weight", [4, 3, 3, 2]],
    ["conv.bias", [4]],
    ["bn.weight", [4]],
    ["bn.bias", [4]],
    ["bn.running_mean", [4]],
    ["bn.running_var", [4]],
    ["block.body.inner.weight", [4, 4, 1, 1]],
    ["norm.weight", [16]],
    ["norm.bias", [16]],
    ["head.weight", [5, 16]],
    ["head.bias", [5]],
  ]);
});

Deno.test("a dense kernel is the transpose of torch's weight", () => {
  const layer = dense({ features: 2, bias: false });
  const like = layer.init(random.key(0), [3]);
  const { params } = fromTorch(layer, { weight: reshape(arange(6), [2, 3]) }, { like });
  assertEquals(params.kernel.toArray(), [[0, 3], [1, 4], [2, 5]]);
});

Deno.test("a convolution over channels last gives torch the kernel of one over channels first", () => {
  const first = conv2d({ features: 4, kernelSize: [3, 2] });
  const last = conv2d({ features: 4, kernelSize: [3, 2], layout: "NHWC" });
  const images = random.normal(random.key(1), [2, 3, 5, 4]);
  const torch = toTorch(first, first.init(random.key(0), [3, 5, 4]));
  const like = last.init(random.key(2), [5, 4, 3]);
  const variables = fromTorch(last, torch, { like });
  const expected = first.apply(
    fromTorch(first, torch, { like: first.init(random.key(0), [3, 5, 4]) }),
    images,
  );
  const got = last.apply(variables, transpose(images, [0, 2, 3, 1]));
  const difference = add(transpose(got.output, [0, 3, 1, 2]), multiply(expected.output, -1));
  assertEquals(Math.max(...difference.data().map(Math.abs)) < 1e-6, true);
});

Deno.test("to torch and back is the identity, with any names", () => {
  const layers = fc.oneof<fc.Arbitrary<Layer>[]>(
    fc.boolean().map((bias) => dense({ features: 6, bias }) as Layer),
    fc.constant(batchNorm({ axis: -1 }) as Layer),
    fc.constant(layerNorm() as Layer),
    fc.constant(relu as Layer),
    fc.constant(residual(dense({ features: 6 })) as Layer),
    fc.constant(sequential({ a: dense({ features: 6 }), b: batchNorm({ axis: -1 }) }) as Layer),
  );
  fc.assert(
    fc.property(fc.array(layers, { minLength: 1, maxLength: 4 }), fc.boolean(), (list, renames) => {
      const net = sequential(Object.fromEntries(list.map((layer, i) => [`layer${i}`, layer])));
      const like = net.init(random.key(3), [6]);
      const names = renames ? Object.fromEntries(list.map((_, i) => [`layer${i}`, `stack.${i}`])) : {};
      const tensors = toTorch(net, like, { names });
      assertEquals(Object.keys(tensors).every((name) => name.startsWith(renames ? "stack." : "layer")), true);
      const back = fromTorch(net, tensors, { like: net.init(random.key(4), [6]), names });
      assertEquals(numbers(back.params), numbers(like.params));
      assertEquals(numbers(back.state), numbers(like.state));
      const { toTorch: to, fromTorch: from } = torchParams(net, like.params, { names });
      assertEquals(numbers(from(to(like.params))), numbers(like.params));
    }),
    { numRuns: 40 },
  );
});

Deno.test("the longest path that has a name counts", () => {
  const net = sequential({ block: sequential({ a: dense({ features: 1 }), b: dense({ features: 1 }) }) });
  const tensors = toTorch(net, net.init(random.key(0), [1]), {
    names: { block: "layer1.0", "block/b": "downsample" },
  });
  assertEquals(Object.keys(tensors), [
    "layer1.0.a.weight",
    "layer1.0.a.bias",
    "downsample.weight",
    "downsample.bias",
  ]);
  const alone = toTorch(net, net.init(random.key(0), [1]), { names: { "block/a": "", "block/b": "b" } });
  assertEquals(Object.keys(alone), ["weight", "bias", "b.weight", "b.bias"]);
});

Deno.test("torch's count of batches is passed over, and tensors get the dtypes of the layer", () => {
  const layer = batchNorm();
  const like = layer.init(random.key(0), [2]);
  const double = tensor([1, 2], { dtype: "float64" });
  const { params, state } = fromTorch(layer, {
    weight: double,
    bias: double,
    running_mean: double,
    running_var: double,
    num_batches_tracked: tensor(4, { dtype: "int32" }),
  }, { like });
  assertEquals([params.scale?.dtype, state.variance.dtype], ["float32", "float32"]);
  assertEquals(state.mean.toArray(), [1, 2]);
});

Deno.test("all that does not fit is told at once, and nothing is loaded", () => {
  const net = sequential({
    conv: conv2d({ features: 4, kernelSize: 3 }),
    flatten,
    head: dense({ features: 2 }),
  });
  const like = net.init(random.key(0), [3, 3, 3]);
  assertThrows(
    () =>
      fromTorch(net, {
        "conv.weight": ones([4, 1, 3, 3]),
        "conv.bias": ones([4]),
        "head.weight": ones([4, 2]),
        "fc.weight": ones([1]),
      }, { like }),
    RangeError,
    "fromTorch expects the tensors of the layers but got some missing head.bias; unexpected fc.weight; " +
      "misshapen conv.weight [4, 1, 3, 3] instead of [4, 3, 3, 3], head.weight [4, 2] instead of [2, 4]",
  );
  assertThrows(
    () => toTorch(net, like, { names: { conv: "x", head: "x" } }),
    RangeError,
    "toTorch expects a name of its own for each tensor but got x.weight twice",
  );
  const own: Layer<{ readonly factor: Tensor }> = {
    name: "factor",
    init: (_key, inputShape) => ({ params: { factor: ones([]) }, state: {}, outputShape: inputShape }),
    apply: ({ params, state }, x) => ({ output: multiply(x, params.factor), state }),
  };
  const around = sequential({ factor: own });
  assertThrows(
    () => toTorch(around, around.init(random.key(0), [1])),
    TypeError,
    "sequential expects layers that say how their tensors stand in torch but got factor at factor",
  );
  assertThrows(() => fromTorch(net, null as never, { like }), TypeError, "fromTorch expects tensors by name");
});
