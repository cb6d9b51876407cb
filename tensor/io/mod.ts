/**
 * Tensors in files: .npy, .npz, safetensors, torch's .pt (to read), and checkpoints of whole trees. The functions that decode and encode
 * bytes work in every runtime; those that load and save files need Deno.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const bytes = io.encodeCheckpoint({ params: { x: tensor([1, 2]) }, step: 3 });
 * assertEquals(io.decodeCheckpoint<{ step: number }>(bytes).step, 3);
 * ```
 *
 * @module
 */
export type { SelectOptions } from "./array_record.ts";
export {
  type CheckpointOptions,
  decodeCheckpoint,
  encodeCheckpoint,
  loadCheckpoint,
  loadCheckpointSync,
  saveCheckpoint,
  saveCheckpointSync,
} from "./checkpoint.ts";
export { type CsvOptions, decodeCsv, loadCsv } from "./csv.ts";
export type { FilePath } from "./files.ts";
export { decodeIdx, loadIdx } from "./idx.ts";
export { decodeNpy, decodeNpz, encodeNpy, encodeNpz, loadNpy, loadNpz, saveNpy, saveNpz } from "./numpy.ts";
export type { FormatNpzOptions } from "./npz.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  loadSafetensors,
  saveSafetensors,
  type TensorsWithMetadata,
} from "./safetensors_tensors.ts";
export { openSafetensors, type SafetensorsSource } from "./safetensors_source.ts";
export { type SaveShardedOptions, saveShardedSafetensors } from "./safetensors_shards.ts";
export { decodeTorch, loadTorch, loadTorchSync } from "./torch.ts";
