/**
 * `mindspore.experimental.optim`: torch's optimizers with their numbers in single precision.
 *
 * @module
 */

import * as torch from "../../torch/mod.ts";
import { inSingle } from "./in_single.ts";

/**
 * `mindspore.experimental.optim.Adadelta`: the arithmetic, options and defaults of `torch.Adadelta`, with all numbers in single
 * precision, as MindSpore keeps them.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.Adadelta({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function Adadelta(
  ...args: torch.TorchArguments<torch.AdadeltaOptions>
): torch.TorchOptimizer<torch.AdadeltaOptions> {
  return inSingle(torch.Adadelta, args);
}

/**
 * `mindspore.experimental.optim.Adagrad`: the arithmetic, options and defaults of `torch.Adagrad`, with all numbers in single
 * precision, as MindSpore keeps them.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.Adagrad({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function Adagrad(
  ...args: torch.TorchArguments<torch.AdagradOptions>
): torch.TorchOptimizer<torch.AdagradOptions> {
  return inSingle(torch.Adagrad, args);
}

/**
 * `mindspore.experimental.optim.AdamW`: the arithmetic, options and defaults of `torch.AdamW`, with all numbers in single
 * precision, as MindSpore keeps them.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.AdamW({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function AdamW(
  ...args: torch.TorchArguments<torch.AdamWOptions>
): torch.TorchOptimizer<torch.AdamWOptions> {
  return inSingle(torch.AdamW, args);
}

/**
 * `mindspore.experimental.optim.Adamax`: the arithmetic, options and defaults of `torch.Adamax`, with all numbers in single
 * precision, as MindSpore keeps them.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.Adamax({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function Adamax(
  ...args: torch.TorchArguments<torch.AdamaxOptions>
): torch.TorchOptimizer<torch.AdamaxOptions> {
  return inSingle(torch.Adamax, args);
}

/**
 * `mindspore.experimental.optim.ASGD`: the arithmetic, options and defaults of `torch.ASGD`, with all numbers in single
 * precision, as MindSpore keeps them.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.ASGD({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function ASGD(
  ...args: torch.TorchArguments<torch.ASGDOptions>
): torch.TorchOptimizer<torch.ASGDOptions> {
  return inSingle(torch.ASGD, args);
}

/**
 * `mindspore.experimental.optim.NAdam`: the arithmetic, options and defaults of `torch.NAdam`, with all numbers in single
 * precision, as MindSpore keeps them. MindSpore has neither `maximize` nor a decoupled decay.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.NAdam({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function NAdam(
  ...args: torch.TorchArguments<torch.NAdamOptions>
): torch.TorchOptimizer<torch.NAdamOptions> {
  return inSingle(torch.NAdam, args);
}

/**
 * `mindspore.experimental.optim.RAdam`: the arithmetic, options and defaults of `torch.RAdam`, with all numbers in single
 * precision, as MindSpore keeps them. MindSpore has neither `maximize` nor a decoupled decay.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.RAdam({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function RAdam(
  ...args: torch.TorchArguments<torch.RAdamOptions>
): torch.TorchOptimizer<torch.RAdamOptions> {
  return inSingle(torch.RAdam, args);
}

/**
 * `mindspore.experimental.optim.RMSprop`: the arithmetic, options and defaults of `torch.RMSprop`, with all numbers in single
 * precision, as MindSpore keeps them.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.RMSprop({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function RMSprop(
  ...args: torch.TorchArguments<torch.RMSpropOptions>
): torch.TorchOptimizer<torch.RMSpropOptions> {
  return inSingle(torch.RMSprop, args);
}

/**
 * `mindspore.experimental.optim.Rprop`: the arithmetic, options and defaults of `torch.Rprop`, with all numbers in single
 * precision, as MindSpore keeps them.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.Rprop({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function Rprop(
  ...args: torch.TorchArguments<torch.RpropOptions>
): torch.TorchOptimizer<torch.RpropOptions> {
  return inSingle(torch.Rprop, args);
}

/**
 * `mindspore.experimental.optim.SGD`: the arithmetic, options and defaults of `torch.SGD`, with all numbers in single
 * precision, as MindSpore keeps them. The learning rate is needed.
 *
 * @throws {TypeError} If an option is unknown or of another type, or there is no learning rate.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.experimental.SGD({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.x.item() < 2, true);
 * ```
 */
export function SGD(...args: torch.TorchArguments<torch.SGDOptions>): torch.TorchOptimizer<torch.SGDOptions> {
  const [first, second] = args;
  const options = Array.isArray(first) ? second : first as Partial<torch.SGDOptions> | undefined;
  const groups = Array.isArray(first) ? first as readonly Partial<torch.SGDOptions>[] : [];
  if (options?.lr === undefined && (groups.length === 0 || groups.some(({ lr }) => lr === undefined))) {
    throw new TypeError("SGD expects lr but got none");
  }
  return inSingle(torch.SGD, args);
}
