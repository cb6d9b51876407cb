import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { arange, cast, ones, random, reshape, type Tensor } from "../../../mod.ts";
import * as nn from "../../../nn/mod.ts";
import * as io from "../../../tensor/io/mod.ts";
import { inFolder } from "./files.ts";

const net = nn.sequential({ hidden: nn.dense({ features: 4 }), head: nn.dense({ features: 2 }) });
const like = net.init(random.key(0), [3]);
const weights = nn.toTorch(net, like);

function arrays(tensors: Readonly<Record<string, Tensor>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, [t.dtype, t.toArray()]]));
}

Deno.test("openSafetensors() reads what loadSafetensors() reads, one tensor at a time", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/all.safetensors`;
    const x = reshape(arange(6), [2, 3]);
    const dtypes = ["float16", "bfloat16", "float32", "float64", "int32", "uint8"] as const;
    const tensors = Object.fromEntries(dtypes.map((dtype) => [dtype, cast(x, dtype)]));
    await io.saveSafetensors(path, tensors, { note: "all" });
    using source = io.openSafetensors(path);
    const loaded = await io.loadSafetensors(path);
    assertEquals(source.metadata, { note: "all" });
    const read = Object.fromEntries(Object.keys(source.shapes).map((name) => [name, source.read(name)]));
    assertEquals(arrays(read), arrays(loaded.tensors));
    assertEquals(arrays(read), arrays(Object.fromEntries(Object.keys(read).map((n) => [n, tensors[n]]))));
    assertThrows(() => source.read("none"), RangeError, "but got none");
    source.close();
    assertThrows(() => source.read("uint8"), RangeError, "but got closed files");
  });
});

Deno.test("fromTorch() takes shards by their index, whatever their size", async () => {
  await inFolder(async (folder) => {
    for (const [maxShardBytes, files] of [[1, 4], [64, 2], [1e6, 1]]) {
      const path = `${folder}/${maxShardBytes}.safetensors.index.json`;
      await io.saveShardedSafetensors(path, weights, { maxShardBytes });
      const index = JSON.parse(await Deno.readTextFile(path));
      assertEquals(new Set(Object.values(index.weight_map)).size, files);
      assertEquals(index.metadata.total_size, 4 * (12 + 4 + 8 + 2));
      using source = io.openSafetensors(path);
      const { params } = nn.fromTorch(net, source, { like });
      assertEquals(params.hidden.kernel.toArray(), like.params.hidden.kernel.toArray());
      assertEquals(params.head.kernel.toArray(), like.params.head.kernel.toArray());
    }
  });
});

Deno.test("fromTorch() of a source that does not fit lists all and reads nothing", () => {
  const source = {
    shapes: { "hidden.weight": [9, 9], "hidden.bias": [4], "head.bias": [2], extra: [1] },
    read(): never {
      throw new Error("read");
    },
  };
  assertThrows(
    () => nn.fromTorch(net, source, { like }),
    RangeError,
    "some missing head.weight; unexpected extra; misshapen hidden.weight [9, 9] instead of [4, 3]",
  );
});

Deno.test("openSafetensors() refuses what is truncated or damaged", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/whole.safetensors`;
    await io.saveSafetensors(path, { a: ones([100]) });
    const bytes = await Deno.readFile(path);
    for (let length = 0; length < bytes.length; length += 7) {
      await Deno.writeFile(`${folder}/cut`, bytes.subarray(0, length));
      assertThrows(
        () => io.openSafetensors(`${folder}/cut`),
        SyntaxError,
        `openSafetensors of ${folder}/cut`,
      );
    }
    using source = io.openSafetensors(path);
    await Deno.truncate(path, bytes.length - 1);
    assertThrows(() => source.read("a"), SyntaxError, "expects 400 bytes at offset");
    assertThrows(() => io.openSafetensors(`${folder}/none`), Deno.errors.NotFound, "but got no file");
  });
});

Deno.test("openSafetensors() refuses an index that its files do not bear out", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/model.safetensors.index.json`;
    await io.saveSafetensors(`${folder}/one`, { a: ones([1]), b: ones([1]) });
    const refused = async (
      text: string,
      Kind: new (message: string) => Error,
      message: string,
    ): Promise<void> => {
      await Deno.writeTextFile(path, text);
      assertThrows(() => io.openSafetensors(path), Kind, message);
    };
    const map = (files: Record<string, unknown>): string => JSON.stringify({ weight_map: files });
    await refused("{", SyntaxError, "expects an index in JSON");
    await refused("{}", SyntaxError, "expects an index with a weight_map");
    await refused(map({ a: "../one" }), SyntaxError, "expects a file of its folder");
    await refused(map({ a: "one" }), SyntaxError, "missing none, unexpected b");
    await refused(
      map({ a: "one", b: "one", c: "one" }),
      SyntaxError,
      "missing c in one, unexpected none",
    );
    await refused(map({ a: "two" }), Deno.errors.NotFound, "two but got no file");
    await assertRefusesOptions(folder);
  });
});

async function assertRefusesOptions(folder: string): Promise<void> {
  for (const [name, maxShardBytes] of [["model.json", 1], ["model.safetensors.index.json", 0]] as const) {
    const error = await io.saveShardedSafetensors(`${folder}/${name}`, {}, { maxShardBytes }).catch((e) => e);
    assertEquals(error instanceof RangeError, true);
  }
}
