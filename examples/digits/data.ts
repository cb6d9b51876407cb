/**
 * The digits: which are trained on, which are held out, and in which order a step sees them.
 *
 * @module
 */
import { cast, divide, expandDims, random, scope, slice, take, type Tensor, tensor } from "@weft/weft";
import * as io from "@weft/weft/io";

/** Images with their labels. */
export interface Examples {
  /** Images of shape [n, 1, 8, 8], from 0 to 1. */
  readonly images: Tensor;
  /** The digit on each, int32 [n]. */
  readonly labels: Tensor;
}

/** The two parts of the data. */
export interface Digits {
  readonly train: Examples;
  readonly heldOut: Examples;
}

/** Loads the digits; every fifth one is held out. */
export async function loadDigits(path: string | URL): Promise<Digits> {
  const { images, labels } = await io.loadNpz(path);
  if (images === undefined || labels === undefined) {
    throw new SyntaxError(`Expected an npz file with arrays images and labels but got ${path}`);
  }
  if (images.rank !== 3 || images.shape[1] !== 8 || images.shape[2] !== 8) {
    throw new RangeError(`Expected images of shape [n, 8, 8] but got [${images.shape.join(", ")}]`);
  }
  if (labels.rank !== 1 || labels.shape[0] !== images.shape[0]) {
    throw new RangeError(`Expected ${images.shape[0]} labels but got shape [${labels.shape.join(", ")}]`);
  }
  return scope(() => {
    const all = { images: expandDims(divide(cast(images, "float32"), 16), 1), labels: cast(labels, "int32") };
    const indices = Array.from({ length: images.shape[0] }, (_, i) => i);
    return {
      train: pick(all, tensor(indices.filter((i) => i % 5 !== 0), { dtype: "int32" })),
      heldOut: pick(all, tensor(indices.filter((i) => i % 5 === 0), { dtype: "int32" })),
    };
  });
}

function pick(examples: Examples, indices: Tensor): Examples {
  return { images: take(examples.images, indices), labels: take(examples.labels, indices) };
}

/** The batch of a step: each epoch has an order of its own, which depends on the key and the epoch alone. */
export function batchOf(
  examples: Examples,
  key: Tensor,
  epoch: number,
  index: number,
  size: number,
): Examples {
  const order = random.permutation(random.foldIn(key, epoch), examples.labels.shape[0]);
  return pick(examples, slice(order, [[index * size, (index + 1) * size]]));
}
