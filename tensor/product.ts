/**
 * How products of matrices are carried out: as they are, or cut along the axis that is summed over.
 *
 * @module
 */
import { vectorMode } from "./kernel_choice.ts";
import { input } from "./kernels/expression.ts";
import { matmulPlan, type MatmulSizes } from "./kernels/matmul.ts";
import type { FloatingDType, KernelPlan } from "./kernels/plan.ts";
import type { SimdMode } from "./kernels/simd/arithmetic.ts";
import { matmulSimdPlan } from "./kernels/simd/matmul_plan.ts";
import { launchPlan } from "./launch_plan.ts";
import type { Machine, Operand } from "./machine.ts";
import { asNeighbours, unrepeated } from "./operand.ts";
import { launchReduction } from "./reduction.ts";
import { broadcastStrides, sizeOf } from "./shape.ts";

/** Terms of a slice of a sum, about, which are added up for themselves. */
const SLICE = 16384;

/** Elements of a result that is so small that its tiles are too few for the threads. */
const SMALL = 128 * 128;

/** Columns for which elements of A are read so seldom that they may lie apart. */
const FEW_COLUMNS = 48;

/** The kernels that read operands of any strides where they lie. */
const SKINNY_KERNEL = "matmulSkinny";

/** What slices begin at a multiple of, so that none begins within a vector. */
const STEP = 256;

/**
 * Launches the product of two operands. A small result of vectors over a long axis is a sum of products over slices of
 * it, which the threads can share; the slices depend on the sizes alone.
 */
export function launchProduct(left: Operand, right: Operand, output: Operand, machine: Machine): void {
  const batch = output.shape.slice(0, -2);
  const inner = left.shape[left.shape.length - 1];
  const mode = vectorMode();
  // What a program computes does not repeat.
  const [a, b] = mode === "relaxed"
    ? [left, right]
    : [left, right].map((x) => unrepeated(x, [x.shape.length - 2, x.shape.length - 1], machine));
  const slices = Math.floor(inner / SLICE);
  if (
    mode === null || output.dtype !== "float32" || slices < 2 || sizeOf(output.shape) > SMALL ||
    sizeOf(output.shape) === 0
  ) {
    return launchWhole(a, b, output, mode, machine);
  }
  const matrix = output.shape.slice(-2);
  const length = STEP * Math.ceil(inner / slices / STEP);
  const count = Math.ceil(inner / length);
  const whole = Math.floor(inner / length);
  const parts = machine.temporary("float32", [count, ...output.shape]);
  /** Slices from `first` on as another axis in front. */
  const cut = (x: Operand, axis: number, first: number, many: number, terms: number): Operand => {
    const at = x.shape.length + axis;
    const shape = x.shape.map((extent, i) => i === at ? terms : extent);
    const spread = new Array<number>(batch.length - x.shape.length + 2).fill(1);
    return {
      ...x,
      shape: [many, ...spread, ...shape],
      strides: [length * x.strides[at], ...spread.map(() => 0), ...x.strides],
      offset: x.offset + first * length * x.strides[at],
    };
  };
  const launchSlices = (first: number, many: number, terms: number): void => {
    const offset = parts.offset + first * sizeOf(output.shape);
    const target = { ...parts, shape: [many, ...batch, ...matrix], offset };
    launchWhole(cut(a, -1, first, many, terms), cut(b, -2, first, many, terms), target, mode, machine);
  };
  launchSlices(0, whole, length);
  if (count > whole) launchSlices(whole, 1, inner - whole * length);
  const total = {
    name: "input",
    reduction: "sum",
    expression: input(0),
    inputs: [parts],
    axes: [0],
  } as const;
  launchReduction(total, parts.shape, output, machine);
}

function launchWhole(a: Operand, b: Operand, output: Operand, mode: SimdMode | null, machine: Machine): void {
  const plan = planOf(a, b, output, mode);
  const tiled = mode !== null && !plan.kernel.startsWith(SKINNY_KERNEL);
  const near = [
    tiled && output.shape[output.shape.length - 1] > FEW_COLUMNS ? asNeighbours(a, machine) : a,
    tiled ? asNeighbours(b, machine) : b,
  ];
  const chosen = near[0] === a && near[1] === b ? plan : planOf(near[0], near[1], output, mode);
  launchPlan(chosen, [...near, output], machine);
}

function planOf(a: Operand, b: Operand, output: Operand, mode: SimdMode | null): KernelPlan {
  const batch = output.shape.slice(0, -2);
  const stridesOf = (x: Operand): number[] => [
    ...broadcastStrides(x.shape.slice(0, -2), x.strides.slice(0, -2), batch),
    ...x.strides.slice(-2),
  ];
  const sizes: MatmulSizes = {
    dtype: output.dtype as FloatingDType,
    batch,
    rows: output.shape[output.shape.length - 2],
    inner: a.shape[a.shape.length - 1],
    columns: output.shape[output.shape.length - 1],
    aStrides: stridesOf(a),
    bStrides: stridesOf(b),
  };
  return mode === null ? matmulPlan(sizes) : matmulSimdPlan(sizes, mode === "relaxed");
}
