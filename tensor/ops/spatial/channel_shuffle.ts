/**
 * Channels dealt out anew.
 *
 * @module
 */
import { describe, type Tensor } from "../../tensor.ts";
import { reshape } from "../reshape.ts";
import { swapAxes } from "../transpose.ts";
import { channelsFirst } from "./axes.ts";

/**
 * The channels of all groups in turns, as torch.nn.functional.channel_shuffle (Zhang et al., "ShuffleNet", 2018):
 * `result[:, i * groups + g] = x[:, g * (channels / groups) + i]`.
 *
 * @param x Input [n, channels, ...].
 * @throws {RangeError} If the groups do not divide the channels.
 *
 * @example
 * ```ts
 * import { channelShuffle, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(channelShuffle(tensor([[[1], [2], [3], [4]]]), 2).toArray(), [[[1], [3], [2], [4]]]);
 * ```
 */
export function channelShuffle(x: Tensor, groups: number): Tensor {
  const [n, channels, ...extents] = channelsFirst("channelShuffle", x, null, "channelsFirst").shape;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new RangeError(
      `channelShuffle expects groups that divide the channels but got ${String(groups)} for ${describe(x)}`,
    );
  }
  return reshape(swapAxes(reshape(x, [n, groups, channels / groups, ...extents]), 1, 2), x.shape);
}
