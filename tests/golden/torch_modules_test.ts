/**
 * Tests of layers against modules of torch: their numbers, and their weights there and back.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { fromTorch, type Params, toTorch } from "../../nn/mod.ts";
import { cast, random, type Tensor, tree } from "../../tensor/mod.ts";
import { fromGolden } from "../tensor/golden.ts";
import type { NnCase } from "./nn_cases.ts";
import type { GoldenFile } from "./replay.ts";
import { replayFile } from "./replayers.ts";
import { DATA } from "./torch_modules.ts";
import { TORCH_LAYERS } from "./torch_layers_table.ts";

const FILE = new URL("./nn_torch_modules.json", import.meta.url);
const file = JSON.parse(Deno.readTextFileSync(FILE)) as GoldenFile;
const cases = file.cases as readonly NnCase[];

Deno.test("every module of torch in the file has a layer with its numbers, gradients and statistics", () => {
  const { results, skipped } = replayFile(file)!;
  assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
  assertEquals([skipped, results.length], [[], cases.length]);
});

const inDouble = (values: Params): Params =>
  tree.map(values, (leaf) => cast(leaf as Tensor, "float64")) as Params;

Deno.test("layers take the state_dict of their modules and give it back", () => {
  let count = 0;
  for (const { name, op, options, dtype, inputs = [], inputNames = [] } of cases) {
    if (!Object.hasOwn(TORCH_LAYERS, op)) continue;
    const tensors = inputNames.flatMap((key, i) =>
      DATA.includes(key) ? [] : [[key, fromGolden(inputs[i])] as const]
    );
    if (tensors.length === 0) continue;
    const shapes = Object.fromEntries(inputNames.map((key, i) => [key, inputs[i].shape]));
    // A count of batches is no float, so it does not stand in the file.
    const layer = TORCH_LAYERS[op].layer({ options: { ...options, momentum: 0.1 }, shapes, dtype })!;
    const like = layer.init(random.key(0), shapes.x1?.slice(1) ?? shapes.x.slice(1));
    const wide = {
      params: inDouble(like.params),
      state: inDouble(like.state),
    };
    const loaded = fromTorch(layer, Object.fromEntries(tensors), { like: wide });
    const back = toTorch(layer, loaded as { readonly params: Params; readonly state: Params });
    assertEquals(Object.keys(back), tensors.map(([key]) => key), name);
    for (const [key, value] of tensors) assertEquals(back[key].toArray(), value.toArray(), `${name}: ${key}`);
    count++;
  }
  assertEquals(count > 100, true);
});
