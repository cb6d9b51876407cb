/**
 * New random keys out of a key.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isInteger } from "../dtype.ts";
import { copyInto } from "../launch_elementwise.ts";
import { isTracedNumber } from "../host.ts";
import { drawingLoopOf } from "../kernel_choice.ts";
import { foldInKernel } from "../kernels/threefry.ts";
import { contiguousOperand } from "../operand.ts";
import { wordsOf } from "../words_of.ts";
import { cast } from "../ops/cast.ts";
import { batchByBroadcasting, batchInFront } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import type { Machine, Operand } from "../machine.ts";
import { broadcastShapes, checkShape, equalShapes, type Shape, sizeOf } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, Tensor } from "../tensor.ts";
import { checkKey, checkKeys } from "./key.ts";
import { LAYOUT_OPTIONS, type LayoutOptions } from "./options.ts";

interface Split {
  readonly shape: Shape;
  readonly partitionable: boolean;
}

const splitPrimitive: Primitive<Split> = definePrimitive<Split>({
  name: "splitKey",
  infer: ([keys], { shape }) => [{ dtype: "key", shape: [...keys.shape, ...shape] }],
  execute([keys], [output], { shape, partitionable }, machine) {
    const words = wordsOf(contiguousOperand(keys, machine));
    const [each, total] = [sizeOf(shape), sizeOf(output.shape)];
    if (partitionable) {
      machine.launch(drawingLoopOf("pair"), [words, wordsOf(output)], [each], total, 8192);
    } else {
      machine.launch(drawingLoopOf("originalWord"), [words, wordsOf(output)], [2 * each], 2 * total, 8192);
    }
  },
  pullback: null,
  batch: batchInFront,
});

/**
 * Independent new keys out of one: `count` of them, or a whole shape; 2 by default. Use a key once, to draw from
 * or to split. The result is iterable, and key i is `foldIn(key, i)`, the same for every count.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If it is several, or the count is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [forWeights, forData] = random.split(random.key(0));
 * assertEquals(random.normal(forWeights, [3]).shape, [3]);
 * assertEquals(random.split(forData, 5).shape, [5]);
 * ```
 */
export function split(key: Tensor, count: number | Shape = 2, options: LayoutOptions = NO_OPTIONS): Tensor {
  checkOptionNames("split", options, LAYOUT_OPTIONS);
  const shape = typeof count === "number" ? [count] : count;
  checkShape("split", shape);
  const { partitionable = true } = options;
  return apply(splitPrimitive, [checkKey("split", key)], { shape, partitionable });
}

/** A contiguous operand of a shape that `x` broadcasts to. */
function spread(x: Operand, shape: Shape, machine: Machine): Operand {
  if (equalShapes(x.shape, shape)) return contiguousOperand(x, machine);
  const copy = machine.temporary(x.dtype, shape);
  copyInto(x, copy, machine);
  return copy;
}

const foldInPrimitive: Primitive = definePrimitive({
  name: "foldIn",
  infer: ([keys, data]) => [{ dtype: "key", shape: broadcastShapes("foldIn", keys.shape, data.shape) }],
  execute([keys, data], [output], _, machine) {
    machine.launch(
      foldInKernel(),
      [
        wordsOf(spread(keys, output.shape, machine)),
        spread(data, output.shape, machine),
        wordsOf(output),
      ],
      [],
      sizeOf(output.shape),
      8192,
    );
  },
  pullback: null,
  batch: batchByBroadcasting,
});

/**
 * A new key out of a key and a number, such as the count of a step or the index of a layer. With a tensor of
 * numbers, or of keys, it gives a key for each, with broadcasting.
 *
 * @throws {TypeError} If the number is not an integer, or the key not a key.
 * @throws {RangeError} If the number is not within 0 to 2^32 - 1.
 *
 * @example A key for each step
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const key = random.key(0);
 * const third = random.foldIn(key, 3);
 * assertEquals(random.keyData(third).toArray(), random.keyData(random.split(key, 8).at(3)).toArray());
 * ```
 */
export function foldIn(key: Tensor, data: number | Tensor): Tensor {
  return apply(foldInPrimitive, [checkKeys("foldIn", key), counter(data)], {});
}

function counter(data: number | Tensor): Tensor {
  if (data instanceof Tensor) {
    if (isInteger(data.dtype)) return cast(data, "uint32");
    throw new TypeError(`foldIn expects integers but got ${describe(data)}`);
  }
  // What is typed as a number may be a traced one inside of compile.
  const given: unknown = data;
  if (isTracedNumber(given)) return given.recorder.recordScalar(given, "uint32");
  if (!Number.isInteger(data)) throw new TypeError(`foldIn expects an integer but got ${String(data)}`);
  if (data < 0 || data > 0xffffffff) {
    throw new RangeError(`foldIn expects an integer within 0 to 4294967295 but got ${data}`);
  }
  return constantTensor("uint32", [], data);
}
