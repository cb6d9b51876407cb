/**
 * The objectives of optax's cases with line searches, by their Python text.
 *
 * @module
 */

import { add, multiply, square, subtract, sum, type Tensor, tensor } from "../../tensor/mod.ts";
import { UnsupportedError } from "./replay.ts";

interface Point {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** `(1 - x0)^2 + 10 (x1 - x0^2)^2`, a curved valley. */
function valley({ x }: Point): Tensor {
  const [x0, x1] = [x.at(0), x.at(1)];
  return add(square(subtract(1, x0)), multiply(square(subtract(x1, square(x0))), 10));
}

/** `(x0^2 + 4 x1^2 + 9 x2^2) / 2 + (x0 + x1 + x2) y + y^2`. */
function bowl({ x, y }: Point): Tensor {
  const squares = sum(multiply(tensor([1, 4, 9], { dtype: x.dtype }), square(x)));
  return add(add(multiply(squares, 0.5), multiply(sum(x), y)), square(y));
}

const OBJECTIVES: Readonly<Record<string, (params: Point) => Tensor>> = {
  "lambda p: (1 - p['x'][0]) ** 2 + 10 * (p['x'][1] - p['x'][0] ** 2) ** 2": valley,
  "lambda p: 0.5 * jnp.sum(jnp.array([1., 4., 9.], p['x'].dtype) * p['x'] ** 2) + jnp.sum(p['x']) * p['y'] + p['y'] ** 2":
    bowl,
};

/**
 * The objective that a lambda of Python stands for.
 *
 * @throws {UnsupportedError} If it is not known.
 */
export function objectiveOf(python: string): (params: never) => Tensor {
  const known = OBJECTIVES[python];
  if (known === undefined) throw new UnsupportedError(python);
  return known;
}
