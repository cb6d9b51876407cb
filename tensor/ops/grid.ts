/**
 * Grids of numbers.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isFloating, isInteger } from "../dtype.ts";
import { checkTensor } from "../check_tensor.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { cast } from "./cast.ts";
import { CREATE_OPTIONS, type CreateOptions, tensor } from "./create.ts";
import { eye } from "./eye.ts";
import { full } from "./full.ts";
import { linspace, LINSPACE_OPTIONS, type LinspaceOptions } from "./ranges.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { reshape } from "./reshape.ts";

/** Options of `meshgrid`. */
export interface MeshgridOptions {
  /** Whether the first tensor runs along the second axis ("xy") or along the first ("ij"); "xy" by default. */
  readonly indexing?: "xy" | "ij";
  /** Whether each result keeps extent 1 along the others' axes; false by default. */
  readonly sparse?: boolean;
}

const MESHGRID_OPTIONS = { indexing: true, sparse: true } as const;

/**
 * The coordinates of a grid from those of its axes: for each vector a tensor with an axis for every one, as views.
 *
 * @throws {RangeError} If a tensor has more than one axis, or the indexing is another.
 *
 * @example
 * ```ts
 * import { meshgrid, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [x, y] = meshgrid([tensor([1, 2]), tensor([3, 4])]);
 * assertEquals([x.toArray(), y.toArray()], [[[1, 2], [1, 2]], [[3, 3], [4, 4]]]);
 * ```
 */
export function meshgrid(vectors: readonly Tensor[], options: MeshgridOptions = NO_OPTIONS): Tensor[] {
  checkOptionNames("meshgrid", options, MESHGRID_OPTIONS);
  const { indexing = "xy", sparse = false } = options;
  if (!Array.isArray(vectors)) {
    throw new TypeError(`meshgrid expects an array of tensors but got ${String(vectors)}`);
  }
  if (indexing !== "xy" && indexing !== "ij") {
    throw new RangeError(`meshgrid expects the indexing "xy" or "ij" but got ${String(indexing)}`);
  }
  for (const x of vectors) {
    checkTensor("meshgrid", x);
    if (x.rank > 1) throw new RangeError(`meshgrid expects vectors but got ${describe(x)}`);
  }
  const rank = vectors.length;
  const axisOf = (i: number): number => indexing === "xy" && rank > 1 && i < 2 ? 1 - i : i;
  const shape = new Array<number>(rank).fill(1);
  vectors.forEach((x, i) => shape[axisOf(i)] = x.size);
  return vectors.map((x, i) => {
    const along = reshape(x, shape.map((_, axis) => axis === axisOf(i) ? x.size : 1));
    return sparse ? along : broadcastTo(along, shape);
  });
}

/** Options of `logspace`. */
export interface LogspaceOptions extends LinspaceOptions {
  /** What is raised to the powers; 10 by default. */
  readonly base?: number;
}

const LOGSPACE_OPTIONS = { base: true, count: true, endpoint: true, dtype: true } as const;

/** Exponentials of evenly spaced numbers, made in double precision. */
function spaced(
  operation: string,
  exponents: Tensor,
  base: number,
  dtype: CreateOptions["dtype"] = "float32",
): Tensor {
  if (!isFloating(dtype)) {
    throw new TypeError(`${operation} expects float32 or float64 but got ${dtype}`);
  }
  const powers = new Float64Array(exponents.data());
  for (let i = 0; i < powers.length; i++) powers[i] = base ** powers[i];
  return cast(tensor(powers), dtype);
}

/**
 * Powers of a base with evenly spaced exponents from `start` to `stop`.
 *
 * @throws {RangeError} If the count is not a non-negative integer, or an end not finite.
 *
 * @example
 * ```ts
 * import { logspace } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logspace(0, 2, { count: 3 }).toArray(), [1, 10, 100]);
 * ```
 */
export function logspace(start: number, stop: number, options: LogspaceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("logspace", options, LOGSPACE_OPTIONS);
  const { base = 10, dtype, ...rest } = options;
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new RangeError(`logspace expects finite ends but got ${start} and ${stop}`);
  }
  return spaced("logspace", linspace(start, stop, { ...rest, dtype: "float64" }), base, dtype);
}

/**
 * Numbers of equal ratios from `start` to `stop`, both of one sign.
 *
 * @throws {RangeError} If an end is 0 or not finite, or the signs differ.
 *
 * @example
 * ```ts
 * import { geomspace } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(geomspace(1, 8, { count: 4 }).toArray(), [1, 2, 4, 8]);
 * ```
 */
export function geomspace(start: number, stop: number, options: LinspaceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("geomspace", options, LINSPACE_OPTIONS);
  const { dtype, ...rest } = options;
  if (!Number.isFinite(start) || !Number.isFinite(stop) || !(start * stop > 0)) {
    throw new RangeError(`geomspace expects finite ends of one sign but got ${start} and ${stop}`);
  }
  const exponents = linspace(0, Math.log2(stop / start), { ...rest, dtype: "float64" });
  const values = spaced("geomspace", exponents, 2, "float64").data();
  const last = values.length - 1;
  const exact = Float64Array.from(
    values,
    (value, i) => i === last && last > 0 && rest.endpoint !== false ? stop : start * value,
  );
  return cast(tensor(exact), dtype ?? "float32");
}

/** Ones on the main diagonal of a square and zeros elsewhere. */
export function identity(size: number, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("identity", options, CREATE_OPTIONS);
  if (!Number.isInteger(size) || size < 0) {
    throw new RangeError(`identity expects a non-negative integer but got ${String(size)}`);
  }
  return eye(size, options);
}

/**
 * A tensor of another one's shape and dtype filled with one value.
 *
 * @example
 * ```ts
 * import { fullLike, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fullLike(tensor([1, 2]), 7).toArray(), [7, 7]);
 * ```
 */
export function fullLike(x: Tensor, value: TensorLike, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("fullLike", options, CREATE_OPTIONS);
  checkTensor("fullLike", x);
  if (x.dtype === "key") throw new TypeError(`fullLike expects numbers but got random keys ${describe(x)}`);
  const dtype = options.dtype ?? x.dtype;
  if (typeof value === "number" && isInteger(dtype) && !Number.isInteger(value)) {
    throw new TypeError(`fullLike expects integers for ${dtype} but got ${value}`);
  }
  return full(x.shape, value, { dtype });
}
