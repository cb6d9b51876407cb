/**
 * Sums of products by subscripts.
 *
 * @module
 */
import { type DType, promote } from "../../dtype.ts";
import { sizeOf } from "../../shape.ts";
import { describe, Tensor } from "../../tensor.ts";
import { multiply } from "../arithmetic.ts";
import { cast } from "../cast.ts";
import { asTensor } from "../convert.ts";
import { matmul } from "../matmul.ts";
import { sum } from "../reduce.ts";
import { reshape } from "../reshape.ts";
import { slice } from "../slice.ts";
import { transpose } from "../transpose.ts";
import { contractionOrder } from "./contraction_order.ts";
import { readSubscripts } from "./einsum_subscripts.ts";

/** The labels of the axes of an operand. */
export type EinsumLabels = readonly (number | "...")[];

/** A tensor whose axes have labels, none of them twice. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * The sum of products of operands that subscripts describe, with the grammar of `numpy.einsum`: a letter for each
 * axis, a comma between operands, `...` for axes that broadcast, a repeated letter for a diagonal; labels that the
 * result lacks are summed over. Without `->` the result has the letters that occur once, in the order of the
 * alphabet. Three operands or more are contracted two at a time in the order of the fewest multiplications (up to 8
 * operands; beyond, always the pair that shrinks most).
 *
 * @param subscripts Such as `"bij,bjk->bik"`.
 * @param operands A tensor for each term.
 * @throws {RangeError} If the subscripts cannot be read, or do not fit the operands.
 *
 * @example Attention scores, a trace and an outer product
 * ```ts
 * import { einsum, ones, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(einsum("...qd,...kd->...qk", ones([8, 5, 4]), ones([8, 6, 4])).shape, [8, 5, 6]);
 * assertEquals(einsum("ii", tensor([[1, 2], [3, 4]])).item(), 5);
 * assertEquals(einsum("i,j", tensor([1, 2]), tensor([3, 4])).toArray(), [[3, 4], [6, 8]]);
 * ```
 */
export function einsum(subscripts: string, ...operands: readonly Tensor[]): Tensor;
/**
 * The same with a list of labels behind each operand, numbers from 0 to 51 and `"..."`, and perhaps one more for the
 * result.
 *
 * @param operands Tensors and their labels in turn, such as `a, [0, 1], b, [1, 2], [0, 2]`.
 * @throws {TypeError} If a label is neither such a number nor `"..."`.
 * @throws {RangeError} If the labels do not fit the operands.
 *
 * @example
 * ```ts
 * import { einsum, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(einsum(ones([2, 3]), [0, 1], ones([3, 4]), [1, 2], [0, 2]).shape, [2, 4]);
 * ```
 */
export function einsum(...operands: readonly (Tensor | EinsumLabels)[]): Tensor;
export function einsum(...given: readonly (string | Tensor | EinsumLabels)[]): Tensor {
  const [subscripts, ...rest] = given[0] instanceof Tensor ? labelled(given) : given;
  if (typeof subscripts !== "string") {
    throw new TypeError(`einsum expects subscripts as text but got ${typeof subscripts}`);
  }
  return contracted(subscripts, rest as readonly Tensor[]);
}

/** Subscripts as text, and the operands, out of operands with lists of labels. */
function labelled(given: readonly unknown[]): readonly (string | Tensor)[] {
  const operands = given.filter((one) => one instanceof Tensor);
  const terms = given.filter((one) => !(one instanceof Tensor)).map((labels) => {
    if (!Array.isArray(labels)) {
      throw new TypeError(`einsum expects lists of labels but got ${typeof labels}`);
    }
    return labels.map(letterOf).join("");
  });
  const alternate = operands.every((operand, i) => given[2 * i] === operand);
  if (!alternate || terms.length < operands.length || terms.length > operands.length + 1) {
    throw new RangeError(
      `einsum expects a list of labels behind each operand but got ${terms.length} for ${operands.length}`,
    );
  }
  const output = terms.length > operands.length ? `->${terms.at(-1)}` : "";
  return [terms.slice(0, operands.length).join(",") + output, ...operands];
}

/** The letter of a label: the capital ones come first, as in the alphabet of an implicit result. */
function letterOf(label: unknown): string {
  if (label === "...") return label;
  if (typeof label !== "number" || !Number.isInteger(label) || label < 0 || label > 51) {
    throw new TypeError(`einsum expects labels from 0 to 51 or "..." but got ${String(label)}`);
  }
  return String.fromCharCode(label < 26 ? 65 + label : 71 + label);
}

function contracted(subscripts: string, operands: readonly Tensor[]): Tensor {
  if (operands.length === 0) throw new RangeError("einsum expects at least one operand but got none");
  const tensors = operands.map((operand) => asTensor("einsum", operand));
  const read = readSubscripts(subscripts, tensors.map(({ rank }) => rank));
  const sizes = sizesOf(subscripts, read.operands, tensors);
  const dtype = tensors.map((x) => x.dtype).reduce<DType>(promote, tensors[0].dtype);
  const list = tensors.map((x, i) => diagonals({ tensor: cast(x, dtype), labels: read.operands[i] }, sizes));
  const output = new Set(read.output);
  for (const [i, j] of contractionOrder(list.map(({ labels }) => new Set(labels)), output, sizes)) {
    const [b] = list.splice(j, 1);
    const [a] = list.splice(i, 1);
    const wanted = new Set([...output, ...list.flatMap(({ labels }) => labels)]);
    list.push(contract(a, b, wanted, sizes));
  }
  const { tensor, labels } = sumOut(list[0], output);
  return transpose(tensor, read.output.map((label) => labels.indexOf(label)));
}

/** The extent of each label; one of 1 broadcasts. */
function sizesOf(
  subscripts: string,
  terms: readonly (readonly string[])[],
  tensors: readonly Tensor[],
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  terms.forEach((labels, i) =>
    labels.forEach((label, axis) => {
      const extent = tensors[i].shape[axis];
      const known = sizes.get(label) ?? 1;
      if (known !== 1 && extent !== 1 && known !== extent) {
        throw new RangeError(
          `einsum expects one extent for each label of "${subscripts}" but got ${
            tensors.map((x) => describe(x)).join(" and ")
          }`,
        );
      }
      sizes.set(label, known === 1 ? extent : known);
    })
  );
  return sizes;
}

/** Takes diagonals of repeated labels, and away axes of extent 1 that broadcast. */
function diagonals({ tensor, labels }: Labelled, sizes: ReadonlyMap<string, number>): Labelled {
  let x = tensor;
  let names = [...labels];
  for (let at = 0; at < names.length; at++) {
    const label = names[at];
    if (x.shape[at] !== 1 || sizes.get(label) === 1) continue;
    x = reshape(x, x.shape.filter((_, i) => i !== at));
    names = names.filter((_, i) => i !== at);
    at--;
  }
  for (let at = 0; at < names.length; at++) {
    const second = names.indexOf(names[at], at + 1);
    if (second < 0) continue;
    const others = names.map((_, i) => i).filter((i) => i !== at && i !== second);
    const extent = x.shape[at];
    const kept = others.map((i) => x.shape[i]);
    const flat = reshape(transpose(x, [...others, at, second]), [...kept, extent * extent]);
    x = slice(flat, [
      ...kept.map((extent) => [0, extent] as const),
      [0, Math.max(1, extent * extent), extent + 1],
    ]);
    names = [...others.map((i) => names[i]), names[at]];
    at = -1;
  }
  return { tensor: x, labels: names };
}

/** Sums over the labels that nobody wants. */
function sumOut({ tensor, labels }: Labelled, wanted: ReadonlySet<string>): Labelled {
  const axes = labels.flatMap((label, axis) => wanted.has(label) ? [] : [axis]);
  if (axes.length === 0) return { tensor, labels };
  return {
    tensor: cast(sum(tensor, { axes }), tensor.dtype),
    labels: labels.filter((label) => wanted.has(label)),
  };
}

/** Two operands into one: a product of matrices over the labels that only they share, else elementwise. */
function contract(
  a: Labelled,
  b: Labelled,
  wanted: ReadonlySet<string>,
  sizes: ReadonlyMap<string, number>,
): Labelled {
  const x = sumOut(a, new Set([...wanted, ...b.labels]));
  const y = sumOut(b, new Set([...wanted, ...x.labels]));
  const shared = x.labels.filter((label) => y.labels.includes(label));
  const batch = shared.filter((label) => wanted.has(label));
  const inner = shared.filter((label) => !wanted.has(label));
  const left = x.labels.filter((label) => !shared.includes(label));
  const right = y.labels.filter((label) => !shared.includes(label));
  const extents = (labels: readonly string[]): number[] => labels.map((label) => sizes.get(label)!);
  const order = (one: Labelled, labels: readonly string[]): Tensor =>
    transpose(one.tensor, labels.map((label) => one.labels.indexOf(label)));
  const labels = [...batch, ...left, ...right];
  // Without rows or columns of its own an operand makes no matrix: products and their sums keep more digits.
  if (inner.length === 0 || (left.length === 0 && right.length === 0)) {
    const ones = (list: readonly string[]): number[] => list.map(() => 1);
    const rows = reshape(order(x, [...batch, ...left, ...inner]), [
      ...extents(batch),
      ...extents(left),
      ...ones(right),
      ...extents(inner),
    ]);
    const columns = reshape(order(y, [...batch, ...right, ...inner]), [
      ...extents(batch),
      ...ones(left),
      ...extents(right),
      ...extents(inner),
    ]);
    return sumOut({ tensor: multiply(rows, columns), labels: [...labels, ...inner] }, new Set(labels));
  }
  const count = (list: readonly string[]): number => sizeOf(extents(list));
  const rows = reshape(order(x, [...batch, ...left, ...inner]), [
    ...extents(batch),
    count(left),
    count(inner),
  ]);
  const columns = reshape(order(y, [...batch, ...inner, ...right]), [
    ...extents(batch),
    count(inner),
    count(right),
  ]);
  return { tensor: reshape(matmul(rows, columns), [...extents(labels)]), labels };
}
