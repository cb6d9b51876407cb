/**
 * Writes docs/operations.md from the operations and primitives themselves: `deno run -A docs/operations.ts`.
 *
 * @module
 */
import * as t from "../tensor/mod.ts";
import type { Lowered } from "../tensor/compile/lowered.ts";
import { primitiveNamed } from "../tensor/primitive.ts";
import type { Entry } from "../tests/tensor/primitives/entry.ts";
import { TABLE } from "../tests/tensor/primitives/table.ts";
import { JAX_NAMES } from "./jax_names.ts";
import { table } from "./promotion.ts";

/** What is not an operation: it neither makes tensors nor transforms functions of them. */
const OTHERS = [
  "Tensor",
  "host",
  "hostValue",
  "scope",
  "fold",
  "dispose",
  "configure",
  "info",
  "shutdown",
  "primitiveNames",
];

/** Throws unless the list of JAX's names has each public operation and no other. */
export function checkNames(): void {
  const functions = (of: object): readonly string[] =>
    Object.entries(of).filter(([, value]) => typeof value === "function").map(([name]) => name);
  const names = [
    ...functions(t).filter((name) => !OTHERS.includes(name)),
    ...functions(t.random).map((name) => `random.${name}`),
  ];
  const missing = names.filter((name) => !Object.hasOwn(JAX_NAMES, name));
  const unknown = Object.keys(JAX_NAMES).filter((name) => !names.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    throw new Error(
      `Expected docs/jax_names.ts to have each operation but it lacks ${
        missing.join(", ") || "none"
      } and has ${unknown.join(", ") || "no"} others`,
    );
  }
}

/** The names of the primitives that a piece of work carries out. */
function namesOf(work: Lowered["work"][number]): readonly string[] {
  if (work.kind === "entry") return [work.entry.primitive.name];
  if (work.kind !== "loop") {
    return work.kind === "reduction" ? [work.reduction, ...work.entries] : work.entries;
  }
  return [...work.base === null ? [] : [work.base], ...work.entries].map(({ primitive }) => primitive.name);
}

/** Whether what carries the primitive out has other kernels with vectors than without. */
function hasVectors(name: string, { f, large }: Entry): boolean {
  const operands = large();
  const kernels = (simd: "relaxed" | "off"): readonly unknown[] => {
    t.configure({ simd });
    const { lowered } = t.compile(f).program(...operands);
    // Copies of operands that lie otherwise come before the kernel itself.
    return lowered.launches
      .filter(({ work }, i) => work >= 0 && lowered.launches[i + 1]?.work !== work)
      .filter(({ work }) => namesOf(lowered.work[work]).includes(name))
      .map(({ kernel }) => kernel);
  };
  try {
    const [vectors, plain] = [kernels("relaxed"), kernels("off")];
    return vectors.some((kernel) => kernel !== null && !plain.includes(kernel));
  } finally {
    t.configure({ simd: "relaxed" });
  }
}

function primitiveRow(name: string): readonly string[] {
  const primitive = primitiveNamed(name);
  const entry = TABLE[name];
  const gradient = primitive.pullback === null ? "zero" : primitive.pullback === undefined ? "none" : "rule";
  return [
    name,
    gradient,
    primitive.pushforward === undefined ? (gradient === "rule" ? "from the pullback" : gradient) : "rule",
    primitive.batch === undefined ? "-" : "rule",
    primitive.expression !== undefined ? "fused" : primitive.view !== undefined ? "absorbed" : "yes",
    primitive.view !== undefined ? "view" : hasVectors(name, entry) ? "yes" : "-",
  ];
}

/** The page. */
export function operationsPage(): string {
  checkNames();
  const operations = Object.entries(JAX_NAMES).map((
    [name, jax],
  ) => [`\`${name}\``, jax === null ? "-" : `\`${jax}\``]);
  const names = t.primitiveNames().filter((name) => Object.hasOwn(TABLE, name)).toSorted();
  return `# Operations

Every operation and transformation of \`@weft/weft\`, and what it is called in JAX (in torch or NumPy, where JAX
has nothing of the kind). Semantics are JAX's: broadcasting, [promotion](promotion.md), edge cases. All of
them are made of the primitives below, so all have gradients of any order, batches and compiled programs where
their primitives have.

${table(["weft", "elsewhere"], operations)}

## Primitives

- Gradient: a pullback rule, zero by definition, or none.
- Forward: a rule of its own, or the transpose of the pullback.
- Batch: whether there is a batching rule for \`vmap\`.
- Compiled: fused into loops with its neighbours, absorbed as a view, or a launch of its own.
- SIMD: whether a program of float32 runs kernels with vectors.

${table(["primitive", "gradient", "forward", "batch", "compiled", "SIMD"], names.map(primitiveRow))}
`;
}

if (import.meta.main) Deno.writeTextFileSync(new URL("operations.md", import.meta.url), operationsPage());
