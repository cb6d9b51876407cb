/**
 * Several safetensors files with an index.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { itemSize } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { type FilePath, replaceFile } from "./files.ts";
import { sibling } from "./safetensors_source.ts";
import { saveSafetensors } from "./safetensors_tensors.ts";

/** Options of `saveShardedSafetensors`. */
export interface SaveShardedOptions {
  /** The bytes of data in a file, where one tensor alone has not more. @default {5e9} */
  readonly maxShardBytes?: number;
}

const SAVE_SHARDED_OPTIONS = { maxShardBytes: true } as const;

/**
 * Writes tensors to files of at most `maxShardBytes` each, in their order, and then the index that says which is
 * where: `model-00001-of-00002.safetensors`, ... and `model.safetensors.index.json`, as `transformers` names them.
 * Only one file is in memory at a time. `openSafetensors` reads the index. Needs the permissions to read and write.
 *
 * @param path The index; its name ends with `.safetensors.index.json`.
 * @throws {RangeError} If the path ends otherwise, or `maxShardBytes` is no positive integer.
 *
 * @example
 * ```ts
 * import { ones } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = `${await Deno.makeTempDir()}/model.safetensors.index.json`;
 * await io.saveShardedSafetensors(path, { a: ones([4]), b: ones([4]) }, { maxShardBytes: 16 });
 * using source = io.openSafetensors(path);
 * assertEquals(Object.keys(source.shapes), ["a", "b"]);
 * ```
 */
export async function saveShardedSafetensors(
  path: FilePath,
  tensors: Readonly<Record<string, Tensor>>,
  options: SaveShardedOptions = {},
): Promise<void> {
  checkOptionNames("saveShardedSafetensors", options, SAVE_SHARDED_OPTIONS);
  const { maxShardBytes = 5e9 } = options;
  const ending = ".safetensors.index.json";
  const file = (path instanceof URL ? decodeURIComponent(path.pathname) : path).split(/[/\\]/).at(-1)!;
  if (!file.endsWith(ending)) {
    throw new RangeError(`saveShardedSafetensors expects a path that ends with ${ending} but got ${path}`);
  }
  if (!Number.isSafeInteger(maxShardBytes) || maxShardBytes < 1) {
    throw new RangeError(
      `saveShardedSafetensors expects maxShardBytes to be a positive integer but got ${maxShardBytes}`,
    );
  }
  const shards: Record<string, Tensor>[] = [{}];
  let [used, total] = [0, 0];
  for (const [name, tensor] of Object.entries(tensors)) {
    const bytes = tensor.size * itemSize(tensor.dtype);
    if (used > 0 && used + bytes > maxShardBytes) {
      shards.push({});
      used = 0;
    }
    used += bytes;
    total += bytes;
    shards.at(-1)![name] = tensor;
  }
  const number = (n: number): string => String(n).padStart(5, "0");
  const weightMap: Record<string, string> = {};
  for (const [i, shard] of shards.entries()) {
    const name = `${file.slice(0, -ending.length)}-${number(i + 1)}-of-${number(shards.length)}.safetensors`;
    await saveSafetensors(sibling(path, name), shard, { format: "pt" });
    for (const tensor of Object.keys(shard)) weightMap[tensor] = name;
  }
  const index = { metadata: { total_size: total }, weight_map: weightMap };
  await replaceFile(
    "saveShardedSafetensors",
    path,
    new TextEncoder().encode(JSON.stringify(index, null, 2)),
  );
}
