import { assertEquals } from "@std/assert/equals";
import * as nn from "../../nn/mod.ts";
import { info, random, type Tensor, tree } from "../../tensor/mod.ts";

const LAYERS: Readonly<Record<string, readonly [nn.Layer, readonly number[]]>> = {
  dense: [nn.dense({ features: 256 }) as unknown as nn.Layer, [256]],
  conv2d: [nn.conv2d({ features: 32, kernelSize: 3 }) as unknown as nn.Layer, [32, 8, 8]],
  lstm: [nn.lstm({ features: 128 }) as unknown as nn.Layer, [4, 128]],
  multiHeadAttention: [nn.multiHeadAttention({ heads: 4 }) as unknown as nn.Layer, [4, 128]],
  embedding: [nn.embedding({ count: 500, features: 64 }) as unknown as nn.Layer, [4]],
  repeat: [nn.repeat(nn.dense({ features: 128 }), { count: 4 }) as unknown as nn.Layer, [128]],
};

for (const [name, [layer, inputShape]] of Object.entries(LAYERS)) {
  Deno.test(`${name} leaves nothing of its draws in the heap but its params`, () => {
    const before = info().heapUsed;
    const { params } = layer.init(random.key(0), inputShape);
    const own = tree.leaves(params).reduce((sum: number, leaf) => sum + 4 * (leaf as Tensor).size, 0);
    assertEquals((info().heapUsed - before) / own < 1.1, true);
  });
}
