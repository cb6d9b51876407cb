/**
 * What loops over matrices are, and the steps that they share.
 *
 * @module
 */
import type { Multiply } from "./multiply.ts";
import type { Rotate, RotateTwice } from "./rotate.ts";

/** Puts X with `A X = B` in the place of B [n, k] for a triangle A [n, n]: `substitute` without its halves. */
export type SubstituteBlock = (
  a: number,
  aRow: number,
  aColumn: number,
  n: number,
  lower: boolean,
  unit: boolean,
  b: number,
  bRow: number,
  k: number,
) => void;

/** What loops share, by name, so that each finds the others on any thread. Addresses and steps count float64 elements. */
export interface Steps {
  /** Products. */
  readonly multiply: Multiply;
  /** Triangular systems. */
  readonly substitute: (p: Float64Array, steps: Steps, ...system: Parameters<SubstituteBlock>) => void;
  /** Triangular systems of at most eight unknowns. */
  readonly substituteBlock: SubstituteBlock;
  /** Triangular factors of positive definite matrices. */
  readonly factorDefinite: (
    p: Float64Array,
    steps: Steps,
    a: number,
    step: number,
    n: number,
  ) => boolean;
  /** Triangular factors of square matrices. */
  readonly eliminate: (
    p: Float64Array,
    steps: Steps,
    a: number,
    step: number,
    n: number,
    first: number,
    last: number,
    pivots: number,
  ) => number;
  /** Exchanges of rows. */
  readonly exchangeRows: (
    p: Float64Array,
    row: number,
    other: number,
    first: number,
    last: number,
  ) => void;
  /** A reflection. */
  readonly reflector: (
    p: Float64Array,
    x: number,
    xStep: number,
    length: number,
    v: number,
    vStep: number,
  ) => number;
  /** Two groups of reflections as one. */
  readonly joinReflections: (
    p: Float64Array,
    steps: Steps,
    v: number,
    vRow: number,
    vColumn: number,
    t: number,
    tRow: number,
    w: number,
    m: number,
    first: number,
    middle: number,
    last: number,
  ) => void;
  /** Reflections as one group. */
  readonly joinAll: (
    p: Float64Array,
    steps: Steps,
    v: number,
    vRow: number,
    vColumn: number,
    t: number,
    tRow: number,
    w: number,
    m: number,
    first: number,
    last: number,
  ) => void;
  /** Triangles by reflections. */
  readonly reflect: (
    p: Float64Array,
    steps: Steps,
    a: number,
    v: number,
    t: number,
    step: number,
    w: number,
    m: number,
    first: number,
    last: number,
  ) => void;
  /** Orthogonal times triangular factors. */
  readonly orthogonalize: (
    p: Float64Array,
    steps: Steps,
    a: number,
    v: number,
    t: number,
    step: number,
    w: number,
    q: number,
    qRow: number,
    m: number,
    n: number,
    c: number,
  ) => void;
  /** Symmetric matrices to three diagonals. */
  readonly tridiagonalize: (
    p: Float64Array,
    steps: Steps,
    a: number,
    step: number,
    v: number,
    vRow: number,
    scales: number,
    scaleStep: number,
    d: number,
    e: number,
    pairs: number,
    block: number,
    room: number,
    n: number,
  ) => void;
  /** Products of reflections, transposed. */
  readonly turnedFactor: (
    p: Float64Array,
    steps: Steps,
    v: number,
    t: number,
    step: number,
    w: number,
    z: number,
    n: number,
  ) => void;
  /** Square matrices to two diagonals. */
  readonly bidiagonalize: (
    p: Float64Array,
    steps: Steps,
    a: number,
    step: number,
    v: number,
    right: number,
    t: number,
    scales: number,
    d: number,
    e: number,
    y: number,
    n: number,
  ) => void;
  /** Two diagonals to one. */
  readonly diagonalize: (
    p: Float64Array,
    steps: Steps,
    d: number,
    e: number,
    n: number,
    angles: number,
    left: number,
    leftStep: number,
    leftWidth: number,
    turned: number,
    turnedStep: number,
    turnedWidth: number,
  ) => boolean;
  /** Rows times products of reflections. */
  readonly reflectRows: (
    p: Float64Array,
    steps: Steps,
    v: number,
    vRow: number,
    vColumn: number,
    t: number,
    tRow: number,
    w: number,
    rows: number,
    rowStep: number,
    count: number,
    m: number,
    n: number,
    backwards: boolean,
  ) => void;
  /** Rotations of rows. */
  readonly rotate: Rotate;
  /** Two sweeps of them. */
  readonly rotateTwice: RotateTwice;
}

/**
 * The loop over the matrices `begin` to `end`. Arguments of the kernel are in `p` from `at` on, as for every
 * kernel; `x` is the heap as the dtype of the matrices. All of them use the area of the first, which stays in the cache.
 * The function is carried to other threads as its own
 * source, so it uses nothing but its parameters and what the language has.
 */
export type MatrixLoop = (
  p: Float64Array,
  x: Float32Array | Float64Array,
  at: number,
  begin: number,
  end: number,
  steps: Steps,
) => void;
