import { assertEquals } from "@std/assert/equals";
import {
  conv2d,
  dense,
  fromTorch,
  type Layer,
  lora,
  spectralNorm,
  toTorch,
  weightNorm,
} from "../../nn/mod.ts";
import { random, type Tensor, tensor, transpose } from "../../tensor/mod.ts";
import { assertClose } from "../laws/mod.ts";

interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const FILE = new URL("../golden/io/torch_kernel_norms.json", import.meta.url);
const CASES: Readonly<Record<string, { tensors: Record<string, Plain>; x: Plain; y: Plain }>> = JSON.parse(
  Deno.readTextFileSync(FILE),
);

const read = ({ shape, data }: Plain): Tensor => tensor(data, { shape });
const untyped = (layer: unknown): Layer => layer as Layer;

const NORMS = { weight_norm: weightNorm, spectral_norm: spectralNorm };
const LAYERS = {
  dense: [untyped(dense({ features: 3 })), -1, null],
  conv2d: [untyped(conv2d({ features: 3, kernelSize: 2 })), 0, null],
  "conv2d of channels last": [
    untyped(conv2d({ features: 3, kernelSize: 2, layout: "NHWC" })),
    -1,
    [0, 2, 3, 1],
  ],
} as const;

for (const [norm, make] of Object.entries(NORMS)) {
  for (const [kind, [inner, axis, order]] of Object.entries(LAYERS)) {
    Deno.test(`${norm} of ${kind} gives what torch gives with its weights, and gives them back`, () => {
      const { tensors, x, y } = CASES[`${norm} of ${kind.split(" ")[0]}`];
      const layer = untyped(make(inner, { axis }));
      const turned = (value: Tensor): Tensor => order === null ? value : transpose(value, order);
      const images = turned(read(x));
      const like = layer.init(random.key(0), images.shape.slice(1));
      const given = Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, read(value)]));
      const loaded = fromTorch(layer, given, { like });
      assertClose(layer.apply(loaded, images).output, turned(read(y)), { absoluteTolerance: 2e-6 });
      const back = toTorch(layer, loaded);
      assertEquals(Object.keys(back).toSorted(), Object.keys(tensors).toSorted());
      for (const [name, value] of Object.entries(given)) {
        assertEquals(back[name].toArray(), value.toArray(), name);
      }
    });
  }
}

Deno.test("lora has the names of PEFT and comes back from them", () => {
  const layer = untyped(lora(dense({ features: 5 }), { rank: 2 }));
  const variables = layer.init(random.key(0), [3]);
  const tensors = toTorch(layer, variables);
  const shapes = Object.entries(tensors).map(([name, { shape }]) => [name, shape]);
  assertEquals(shapes, [
    ["base_layer.weight", [5, 3]],
    ["base_layer.bias", [5]],
    ["lora_A.default.weight", [2, 3]],
    ["lora_B.default.weight", [5, 2]],
  ]);
  const { params } = fromTorch(layer, tensors, { like: layer.init(random.key(1), [3]) });
  assertEquals((params.down as Tensor).toArray(), (variables.params.down as Tensor).toArray());
});
