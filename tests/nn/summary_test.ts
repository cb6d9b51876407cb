import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  conv2d,
  dense,
  embedding,
  type Layer,
  lora,
  lstm,
  multiHeadAttention,
  relu,
  repeat,
  residual,
  sequential,
  summary,
  transformerDecoderLayer,
  transformerEncoderLayer,
} from "../../nn/mod.ts";
import { ones } from "../../tensor/mod.ts";

const block = residual(sequential({ linear: dense({ features: 16 }), relu }));

Deno.test("summary() counts what stands inside of repeat as often as it is repeated", () => {
  const table = summary(sequential({ blocks: repeat(block, { count: 12 }), head: dense({ features: 2 }) }), [
    16,
  ]);
  assertEquals(table.rows.map(({ path }) => path), ["blocks/body/linear", "blocks/body/relu", "head"]);
  assertEquals(table.rows[0].parameters, 12 * (16 * 16 + 16));
  assertEquals(table.rows[0].flops, 12 * summary(dense({ features: 16 }), [16]).flops);
  assertEquals(table.parameters, table.rows.reduce((sum, row) => sum + row.parameters, 0));
  // Every block adds its input.
  assertEquals(table.flops, table.rows.reduce((sum, row) => sum + row.flops, 0) + 12 * 16);
  const nested = summary(repeat(repeat(block, { count: 3 }), { count: 2 }), [16]);
  assertEquals(nested.rows[0].parameters, 6 * (16 * 16 + 16));
});

Deno.test("summary() knows every kind of layer by its products", () => {
  const flopsOf = (net: Layer, shape: readonly number[]): number => summary(net, shape).flops;
  const attended = summary(multiHeadAttention({ heads: 2 }), [10, 8]);
  assertEquals(attended.parameters, 4 * (8 * 8 + 8));
  // Four projections, and the products with keys and values.
  assertEquals(attended.flops > 2 * (4 * 10 * 8 * 8 + 2 * 10 * 10 * 8), true);
  const memory = summary(lstm({ features: 8, layers: 2, bidirectional: true }), [10, 4]);
  assertEquals([memory.rows[0].outputShape, memory.parameters], [[10, 16], 2560]);
  assertEquals(memory.flops > 2 * 10 * 2 * (4 + 8 + 16 + 8) * 32, true);
  const adapted = lora(dense({ features: 8 }), { rank: 2 }) as unknown as Layer;
  assertEquals(flopsOf(adapted, [4]) - flopsOf(dense({ features: 8 }), [4]) >= 2 * (4 * 2 + 2 * 8), true);
  const convolved = summary(sequential({ conv: conv2d({ features: 8, kernelSize: 3, padding: 1 }) }), [
    1,
    9,
    9,
  ]);
  assertEquals(convolved.rows[0].outputShape, [8, 9, 9]);
  assertEquals(convolved.rows[0].bytes, 4 * (8 * 9 + 8));
});

Deno.test("summary() takes numbers of an embedding, and a context of decoders", () => {
  const net = sequential({
    embedding: embedding({ count: 10, features: 8 }),
    blocks: repeat(transformerEncoderLayer({ features: 8, heads: 2 }), { count: 2 }),
  });
  const { rows } = summary(net, [5], { dtype: "int32" });
  assertEquals(rows.slice(0, 2).map(({ path }) => path), ["embedding", "blocks/selfAttention"]);
  const decoder = transformerDecoderLayer({ features: 8, heads: 2 });
  const { rows: decoding } = summary(decoder, [5, 8], { apply: { context: ones([1, 3, 8]) } });
  assertEquals(decoding.some(({ path, flops }) => path === "crossAttention" && flops > 0), true);
});

Deno.test("summary() tells which layer an input does not fit, and what is no layer", () => {
  const net = sequential({ stem: sequential({ conv: conv2d({ features: 2, kernelSize: 3 }) }) });
  assertThrows(() => summary(net, [4]), RangeError, "conv2d at stem/conv expects an input shape");
  assertThrows(() => summary({} as Layer, [4]), TypeError, "summary expects a layer but got");
});
