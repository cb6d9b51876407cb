/**
 * A form of rows as passes over a row, in terms of vectors.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import { type Expression, formatExpressions, typeOf } from "../expression.ts";
import { type RowForm, type RowStep, rowValues } from "../row_form.ts";
import { type Accumulation, accumulationOf } from "./accumulate.ts";
import { type Arithmetic, arithmeticOf, type SimdMode } from "./arithmetic.ts";
import { lowerExpressions } from "./lower.ts";
import { bits, double2, float4, joinHalves, type Node, vectorInput } from "./nodes.ts";
import type { Pass, RowPasses, Source, Total } from "./row_pass.ts";
import { EXP_SCALE, scaledExp } from "./transcendental/exponential.ts";
import { log } from "./transcendental/logarithm.ts";
import { f32x4, v128 } from "./vector.ts";

/** Values of the sums of a form that are added up as float32; of the sums inside of its steps. */
const [BLOCK, INNER_BLOCK] = [128, 512];

/** The greatest of float32, passing over NaN, which the exponentials bring back. */
const GREATEST: Accumulation = {
  precise: false,
  initial: v128.constI32x4(-0x80_0000),
  combine: f32x4.pmax,
  combineFirst: f32x4.pmax,
  greatest: null,
};

/** Sums as float32. */
const SINGLE: Accumulation = {
  precise: false,
  initial: v128.constI32x4(0),
  combine: f32x4.add,
  combineFirst: f32x4.add,
  greatest: null,
};

/** A number whose scaled exponential is finite: larger ones stand beside an infinite one. */
const MOST_SCALED = 40;

/** Thrown inside of this module when vectors do not cover a form. */
class NotCovered extends Error {}

/**
 * What totals are: float64 in two halves, of four rows; or the same in all lanes, so that one half is enough; or, of so
 * few elements that their sums are, float32.
 */
export type TotalsKind = "halves" | "same" | "single";

/** The passes of a form; null where vectors do not cover it. */
export function rowPasses(form: RowForm, mode: SimdMode, totals: TotalsKind): RowPasses | null {
  try {
    return new Lowering(form, mode, totals).passes();
  } catch (error) {
    if (error instanceof NotCovered) return null;
    throw error;
  }
}

/** Makes a number of the totals of a pass. */
type Make = (totals: Totals) => Node;

/** The totals of a pass that are sums, or a half of them. */
class Totals {
  /** The total with this number. */
  readonly sum: (index: number) => Node;
  /** Arithmetic with the digits that they have. */
  readonly m: typeof float4 | typeof double2;
  readonly #known = new Map<Make, Node>();

  constructor(sum: (index: number) => Node, m: typeof float4 | typeof double2) {
    this.sum = sum;
    this.m = m;
  }

  /** What is made of them, once. */
  of(make: Make): Node {
    let node = this.#known.get(make);
    if (node === undefined) this.#known.set(make, node = make(this));
    return node;
  }
}

/** The values of steps that share their exponentials. */
interface Softmax {
  readonly softmax: Node | null;
  readonly logSoftmax: Node | null;
}

class Lowering {
  readonly #form: RowForm;
  readonly #totals: TotalsKind;
  readonly #halves: readonly Totals[];
  readonly #m: Arithmetic;
  readonly #dtypes: readonly DType[];
  readonly #sources: Source[] = [];
  readonly #nodes = new Map<string, Node>();
  readonly #values: Node[];
  readonly #passes: Pass[] = [];
  /** What has been made of rows, by the expressions of their elements. */
  readonly #softmaxes = new Map<string, Softmax>();
  #numbers = 0;
  #kept = 0;

  constructor(form: RowForm, mode: SimdMode, totals: TotalsKind) {
    this.#form = form;
    this.#totals = totals;
    const halves = totals === "halves" ? [0, 1] as const : [0] as const;
    const m = totals === "single" ? float4 : double2;
    this.#halves = halves.map((half) => new Totals((index) => this.#half(index, half), m));
    this.#m = arithmeticOf(mode);
    this.#dtypes = [...form.inputs, ...rowValues(form).map(({ dtype }) => dtype)];
    this.#values = form.inputs.map((_, index) => this.#source({ kind: "input", index }));
  }

  #source(source: Source): Node {
    const key = JSON.stringify(source);
    let node = this.#nodes.get(key);
    if (node === undefined) this.#nodes.set(key, node = vectorInput(this.#sources.push(source) - 1));
    return node;
  }

  /** A new number, made of totals or other numbers. */
  #number(made: Node[], value: Node): Node {
    made.push(value);
    return this.#source({ kind: "number", index: this.#numbers++ });
  }

  #half(index: number, half: 0 | 1): Node {
    return this.#source({ kind: "total", index, half });
  }

  /** A float32 made of totals that are sums, with as many digits as they have. */
  #made(make: Make): Node {
    if (this.#totals === "single") return this.#halves[0].of(make);
    const [low, high] = this.#halves.map((half) => float4.demoteF64x2Zero(half.of(make)));
    return joinHalves(low, this.#totals === "same" ? low : high);
  }

  #lower(expressions: readonly Expression[], dtypes: readonly DType[]): readonly Node[] {
    const known = this.#dtypes.slice(0, this.#values.length);
    const nodes = lowerExpressions(expressions, known, dtypes, this.#m, this.#values);
    if (nodes === null) throw new NotCovered();
    return nodes;
  }

  #one(value: Expression, dtype?: DType): Node {
    const own = typeOf(value, this.#dtypes);
    if (dtype !== undefined && own !== dtype) throw new NotCovered();
    return this.#lower([value], [own])[0];
  }

  #sum(value: Node, block = INNER_BLOCK, factors: Total["factors"] = null): Total {
    const relaxed = this.#m.mode === "relaxed";
    const accumulation = this.#totals === "single" ? SINGLE : accumulationOf("sum", "float32", relaxed)!;
    return { value, factors, accumulation, block: relaxed ? block : 0 };
  }

  #sumOf(x: Node, y: Node, block = INNER_BLOCK): Total {
    return this.#sum(float4.mul(x, y), block, [x, y]);
  }

  passes(): RowPasses {
    const { steps, outputs } = this.#form;
    for (let i = 0; i < steps.length;) {
      const step = steps[i];
      if (step.op === "reduce" || step.op === "keep") i = this.#together(i);
      else {
        this.#alone(step);
        i++;
      }
    }
    const nodes = this.#lower(outputs.map(({ value }) => value), outputs.map(({ dtype }) => dtype));
    const stores = outputs.flatMap(({ whole }, index) =>
      whole ? [{ target: "output" as const, index, value: nodes[index] }] : []
    );
    if (stores.length > 0) this.#pass([], [], stores);
    return {
      sources: this.#sources,
      passes: this.#passes,
      single: outputs.flatMap(({ whole }, output) => whole ? [] : [{ output, value: nodes[output] }]),
      numbers: this.#numbers,
    };
  }

  /** The reductions from step i on that do not wait for each other, and what is kept on the way; the step after them. */
  #together(first: number): number {
    const { steps } = this.#form;
    const waiting = new Set<number>();
    const waits = (root: Expression): boolean => {
      // Parts may be shared.
      const clear = new Set<Expression>();
      const visit = (node: Expression): boolean => {
        if (clear.has(node)) return false;
        clear.add(node);
        return node.op === "input"
          ? waiting.has(node.index)
          : "operands" in node && node.operands.some(visit);
      };
      return visit(root);
    };
    const totals: Total[] = [];
    const stores: Pass["stores"][number][] = [];
    const made: Node[] = [];
    const later = new Map<number, Node>();
    let i = first;
    for (; i < steps.length; i++) {
      const step = steps[i];
      if ((step.op !== "reduce" && step.op !== "keep") || waits(step.value)) break;
      const dtype = typeOf(step.value, this.#dtypes);
      const at = this.#values.length;
      if (step.op === "keep") {
        const value = this.#one(step.value, "float32");
        const index = this.#kept++;
        stores.push({ target: "kept", index, value });
        later.set(at, this.#source({ kind: "kept", index }));
        this.#values.push(value);
        continue;
      }
      const index = totals.length;
      waiting.add(at);
      if (dtype === "float32" && step.reduction === "sum") {
        if (step.value.op === "multiply") {
          const [x, y] = this.#lower(step.value.operands, [dtype, dtype]);
          totals.push(this.#sumOf(x, y, BLOCK));
        } else totals.push(this.#sum(this.#one(step.value), BLOCK));
      } else {
        const accumulation = accumulationOf(step.reduction, dtype, this.#m.mode === "relaxed");
        if (accumulation === null || step.reduction === "prod") throw new NotCovered();
        totals.push({ value: this.#one(step.value), factors: null, accumulation, block: 0 });
      }
      const { precise } = totals[index].accumulation;
      const number = precise ? this.#made(({ sum }) => sum(index)) : this.#half(index, 0);
      this.#values.push(this.#number(made, number));
    }
    for (const [at, node] of later) this.#values[at] = node;
    this.#pass(totals, made, stores);
    return i;
  }

  #pass(
    totals: readonly Total[],
    numbers: readonly Node[],
    stores: Pass["stores"] = [],
    sampled = false,
  ): void {
    this.#passes.push({ sampled, totals, stores, numbers });
  }

  #alone(step: Exclude<RowStep, { op: "reduce" | "keep" }>): void {
    const x = this.#one(step.value, "float32");
    if (step.op === "normalize") return this.#normalize(x, step.eps);
    if (step.op === "logSumExp") return this.#logSumExp(x);
    const key = formatExpressions([step.value]);
    let both = this.#softmaxes.get(key);
    if (both === undefined) this.#softmaxes.set(key, both = this.#softmax(x, key));
    this.#values.push(step.op === "softmax" ? both.softmax! : both.logSoftmax!);
  }

  /** A pass that finds the greatest element of a row. `made` are the numbers that it makes. */
  #greatest(x: Node, made: readonly Node[]): void {
    this.#pass([{ value: x, factors: null, accumulation: GREATEST, block: 0 }], made);
  }

  #logSumExp(x: Node): void {
    const found: Node[] = [];
    const most = this.#half(0, 0);
    const greatest = this.#number(found, most);
    // Where the greatest is infinite, subtracting it would make NaN of the others; adding it makes the result.
    const shift = this.#number(found, bits.and(most, float4.eq(float4.sub(most, most), 0)));
    this.#greatest(x, found);
    const made: Node[] = [];
    const exponential = scaledExp(this.#m, float4.pmin(float4.sub(x, shift), MOST_SCALED));
    const total = this.#made(({ sum, m }) => m.mul(sum(0), 1 / EXP_SCALE));
    this.#values.push(this.#number(made, float4.add(log(this.#m, total), greatest)));
    this.#pass([this.#sum(exponential)], made);
  }

  /** The softmax of a row or its logarithm, or both if both are steps. */
  #softmax(x: Node, key: string): Softmax {
    const wanted = (op: "softmax" | "logSoftmax"): boolean =>
      this.#form.steps.some((step) => step.op === op && formatExpressions([step.value]) === key);
    const found: Node[] = [];
    const distance = float4.sub(x, this.#number(found, this.#half(0, 0)));
    this.#greatest(x, found);
    const exponential = scaledExp(this.#m, distance);
    const made: Node[] = [];
    const stores: Pass["stores"][number][] = [];
    let softmax: Node | null = null;
    if (wanted("softmax")) {
      const factor = this.#number(made, this.#made(({ sum, m }) => m.div(1, sum(0))));
      const index = this.#kept++;
      stores.push({ target: "kept", index, value: exponential });
      softmax = float4.mul(this.#source({ kind: "kept", index }), factor);
    }
    let logSoftmax: Node | null = null;
    if (wanted("logSoftmax")) {
      const total = this.#made(({ sum, m }) => m.mul(sum(0), 1 / EXP_SCALE));
      logSoftmax = float4.sub(distance, this.#number(made, log(this.#m, total)));
    }
    this.#pass([this.#sum(exponential)], made, stores);
    return { softmax, logSoftmax };
  }

  #normalize(x: Node, eps: number): void {
    const share = this.#source({ kind: "share", sampled: false });
    // About any number not far from the mean, mean and variance lose no digits, however large the mean is. The mean of
    // a sample is at most sqrt(SAMPLE) standard deviations away, wherever outliers are.
    const sampled = this.#m.mode === "relaxed" && this.#totals !== "single";
    const first = this.#source({ kind: "share", sampled });
    const starts: Node[] = [];
    const near = float4.sub(x, this.#number(starts, this.#made(({ sum, m }) => m.mul(sum(0), first))));
    this.#pass([this.#sum(x)], starts, [], sampled);
    const rest: Make = ({ sum, m }) => m.mul(sum(0), share);
    const variance: Make = (totals) => {
      const { sum, m } = totals;
      const away = totals.of(rest);
      return m.add(m.pmax(m.sub(m.mul(sum(1), share), m.mul(away, away)), 0), eps);
    };
    const made: Node[] = [];
    const { factor, distance } = this.#deviation(rest, variance);
    const r = this.#number(made, factor);
    const offset = this.#number(made, float4.neg(distance));
    this.#pass([this.#sum(near), this.#sumOf(near, near)], made);
    this.#values.push(this.#m.float.madd(near, r, offset), r);
  }

  /** `1 / sqrt(variance)`, and the rest times it, in float32. */
  #deviation(rest: Make, variance: Make): { readonly factor: Node; readonly distance: Node } {
    if (this.#m.mode === "strict") {
      const factor: Make = (totals) => totals.m.div(1, totals.m.sqrt(totals.of(variance)));
      const distance: Make = (totals) => totals.m.mul(totals.of(rest), totals.of(factor));
      return { factor: this.#made(factor), distance: this.#made(distance) };
    }
    // Across rows there is a root for each row; four of float32 take a third of the time, and cost half a unit.
    const factor = float4.div(1, float4.sqrt(this.#made(variance)));
    return { factor, distance: float4.mul(this.#made(rest), factor) };
  }
}
