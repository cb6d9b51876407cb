import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import {
  arange,
  einsum,
  matmul,
  reshape,
  sum,
  type Tensor,
  tensor,
  transpose,
} from "../../../../tensor/mod.ts";
import { contractionOrder } from "../../../../tensor/ops/contraction/contraction_order.ts";

const SIZES: Readonly<Record<string, number>> = { a: 2, b: 3, c: 1, d: 4 };

/** The sum of products over every assignment of numbers to labels. */
function naive(terms: readonly string[], output: string, operands: readonly Tensor[]): number[] {
  const labels = [...new Set(terms.join(""))];
  const shape = [...output].map((label) => SIZES[label]);
  const result = new Array<number>(shape.reduce((size, extent) => size * extent, 1)).fill(0);
  const flat = (term: string, at: Readonly<Record<string, number>>): number =>
    [...term].reduce((index, label) => index * SIZES[label] + at[label], 0);
  const visit = (rest: readonly string[], at: Readonly<Record<string, number>>): void => {
    if (rest.length > 0) {
      for (let i = 0; i < SIZES[rest[0]]; i++) visit(rest.slice(1), { ...at, [rest[0]]: i });
      return;
    }
    result[flat(output, at)] += terms.reduce(
      (product, term, i) => product * operands[i].data()[flat(term, at)],
      1,
    );
  };
  visit(labels, {});
  return result;
}

const term = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 3 }).map((list) =>
  list.join("")
);

Deno.test("einsum() is the sum over every assignment of labels", () => {
  fc.assert(fc.property(fc.array(term, { minLength: 1, maxLength: 4 }), fc.nat(), (terms, seed) => {
    const labels = [...new Set(terms.join(""))];
    const output = labels.filter((_, i) => (seed >> i) % 2 === 0).reverse().join("");
    const operands = terms.map((one, k) => {
      const size = [...one].reduce((product, label) => product * SIZES[label], 1);
      const data = Float64Array.from({ length: size }, (_, i) => ((i * 7 + k * 3) % 5) - 2);
      return tensor(data, { shape: [...one].map((label) => SIZES[label]) });
    });
    const result = einsum(`${terms.join(", ")} -> ${output}`, ...operands);
    assertEquals([...result.data()].map((x) => x + 0), naive(terms, output, operands).map((x) => x + 0));
    assertEquals(result.shape, [...output].map((label) => SIZES[label]));
  }));
});

Deno.test("einsum() without an arrow has what occurs once, in the order of the alphabet", () => {
  const x = arange(6).reshape([2, 3]);
  assertEquals(einsum("ba", x).toArray(), x.transpose().toArray());
  assertEquals(einsum("ij,ij", x, x).item(), 55);
});

Deno.test("einsum() broadcasts the axes of an ellipsis and extents of 1", () => {
  const x = arange(6).reshape([2, 3]);
  assertEquals(einsum("...j,...j->...", arange(12).reshape([2, 2, 3]), x).shape, [2, 2]);
  assertEquals(einsum("...", x).toArray(), x.toArray());
  assertEquals(einsum("ij,ij->ij", x, tensor([[10, 20, 30]])).toArray(), [[0, 20, 60], [30, 80, 150]]);
});

Deno.test("a chain of matrices is contracted in the order of the fewest multiplications", () => {
  const sets = ["ab", "bc", "cd"].map((labels) => new Set(labels));
  const sizes = new Map(Object.entries({ a: 100, b: 2, c: 100, d: 2 }));
  assertEquals(contractionOrder(sets, new Set("ad"), sizes), [[1, 2], [0, 1]]);
  const many = Array.from({ length: 10 }, (_, i) => new Set([`x${i}`, `x${i + 1}`]));
  const extents = new Map(Array.from({ length: 11 }, (_, i) => [`x${i}`, 2 + i % 3]));
  assertEquals(contractionOrder(many, new Set(["x0", "x10"]), extents).length, 9);
});

Deno.test("einsum() takes lists of labels, with an order of the result or without", () => {
  const [a, b] = [reshape(arange(6), [2, 3]), reshape(arange(12), [3, 4])];
  const product = matmul(a, b).toArray();
  assertEquals(einsum(a, [0, 1], b, [1, 2], [0, 2]).toArray(), product);
  assertEquals(einsum(a, [0, 1], b, [1, 2]).toArray(), product);
  assertEquals(einsum(a, [30, 1]).toArray(), transpose(a).toArray());
  assertEquals(einsum(a, ["...", 0], ["..."]).toArray(), sum(a, { axes: 1 }).toArray());
});
