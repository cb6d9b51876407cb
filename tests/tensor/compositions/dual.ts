/**
 * Dual numbers in plain numbers: derivatives of any order without a tape, for comparison.
 *
 * @module
 */

/** A number with its derivatives along the directions of its levels, the innermost level outside. */
export type Dual = number | { readonly level: number; readonly value: Dual; readonly slope: Dual };

/** A function of vectors of dual numbers. */
export type Vectors = (x: readonly Dual[]) => readonly Dual[];

const levelOf = (x: Dual): number => typeof x === "number" ? 0 : x.level;

/** The value and the slope at a level. */
const split = (x: Dual, level: number): readonly [Dual, Dual] =>
  typeof x === "number" || x.level < level ? [x, 0] : [x.value, x.slope];

export function add(...terms: readonly Dual[]): Dual {
  return terms.reduce((a, b) => {
    if (typeof a === "number" && typeof b === "number") return a + b;
    const level = Math.max(levelOf(a), levelOf(b));
    const [[value, slope], [value2, slope2]] = [split(a, level), split(b, level)];
    return { level, value: add(value, value2), slope: add(slope, slope2) };
  });
}

export function multiply(a: Dual, b: Dual): Dual {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (a === 0 || b === 0) return 0;
  const level = Math.max(levelOf(a), levelOf(b));
  const [[value, slope], [value2, slope2]] = [split(a, level), split(b, level)];
  return {
    level,
    value: multiply(value, value2),
    slope: add(multiply(slope, value2), multiply(value, slope2)),
  };
}

/** A function of one number, given with its derivative. */
function extended(f: (x: number) => number, slope: (x: Dual) => Dual): (x: Dual) => Dual {
  const whole = (x: Dual): Dual =>
    typeof x === "number" ? f(x) : {
      level: x.level,
      value: whole(x.value),
      slope: multiply(slope(x.value), x.slope),
    };
  return whole;
}

export const sin: (x: Dual) => Dual = extended(Math.sin, (x) => cos(x));
export const cos: (x: Dual) => Dual = extended(Math.cos, (x) => multiply(-1, sin(x)));
export const reciprocal: (x: Dual) => Dual = extended(
  (x) => 1 / x,
  (x) => multiply(-1, multiply(reciprocal(x), reciprocal(x))),
);

/** The number without its derivatives. */
export const primal = (x: Dual): number => typeof x === "number" ? x : primal(x.value);

export const sum = (xs: readonly Dual[]): Dual => add(0, ...xs);
export const times = (xs: readonly Dual[], ys: readonly Dual[]): readonly Dual[] =>
  xs.map((x, i) => multiply(x, ys[i]));

let levels = 0;

/** The derivative of a function along a direction. */
export function along(f: Vectors, x: readonly Dual[], direction: readonly Dual[]): readonly Dual[] {
  const level = ++levels;
  return f(x.map((value, i) => ({ level, value, slope: direction[i] }))).map((y) => split(y, level)[1]);
}

/** The Jacobian by columns: the derivatives by each element. */
export function columns(f: Vectors, x: readonly Dual[]): readonly (readonly Dual[])[] {
  return x.map((_, i) => along(f, x, x.map((_, j) => i === j ? 1 : 0)));
}

/** The gradient of a scalar function. */
export function gradient(f: (x: readonly Dual[]) => Dual, x: readonly Dual[]): readonly Dual[] {
  return columns((y) => [f(y)], x).map(([slope]) => slope);
}

/** What an iteration comes to. */
export function iterate(f: Vectors, x: readonly Dual[], count: number): readonly Dual[] {
  return count === 0 ? x : iterate(f, f(x), count - 1);
}
