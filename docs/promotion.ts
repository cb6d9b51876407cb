/**
 * Writes docs/promotion.md from the rules themselves: `deno run -A docs/promotion.ts`.
 *
 * @module
 */
import { type DType, DTYPES } from "../tensor/dtype.ts";
import { add, divide, exp, mean, multiply, ones, sum, tensor } from "../tensor/mod.ts";

const NUMBERS = DTYPES.filter((dtype) => dtype !== "key");

/** Rows of cells as a table, each column as wide as its widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(3, cell.length, ...rows.map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join(
    "\n",
  );
}

/** The page. */
export function promotionPage(): string {
  const one = (dtype: DType) => ones([1], { dtype });
  const pairs = NUMBERS.map((a) => [a, ...NUMBERS.map((b) => multiply(one(a), one(b)).dtype)]);
  const numbers = NUMBERS.map((a) => [
    a,
    multiply(one(a), tensor(true)).dtype,
    multiply(one(a), 2).dtype,
    multiply(one(a), 2.5).dtype,
    divide(one(a), one(a)).dtype,
    exp(one(a)).dtype,
    sum(one(a)).dtype,
    mean(one(a)).dtype,
    add(one(a), one(a)).dtype,
  ]);
  const head = ["", "true", "2", "2.5", "x / x", "exp(x)", "sum(x)", "mean(x)", "x + x"];
  return `# Promotion

The dtype that two tensors meet at, as in JAX with 64-bit numbers off; float64 is there for checking gradients
and wins over everything. \`bool\` beside \`bool\` stays a bool: the sum is "or" and the product "and".

${table(["", ...NUMBERS], pairs)}

A JavaScript number is weak: it takes the dtype of the tensor that it meets, and a wider one only where its
kind needs it, a fraction beside integers (float32) or a whole number beside bools (int32). A whole number
that does not fit wraps around. Two numbers alone are float32. What functions make of one dtype:

${table(head, numbers)}

float16 and bfloat16 are types of storage: each primitive gets them as float32, computes in float32, and
rounds its result to the nearest, halves to even. Products of matrices and sums are accumulated before they
are rounded.
`;
}

if (import.meta.main) Deno.writeTextFileSync(new URL("promotion.md", import.meta.url), promotionPage());
