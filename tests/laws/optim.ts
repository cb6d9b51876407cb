/**
 * Laws of gradient transforms, as properties for fast-check. Each takes the transforms that it is tried on, so
 * that it can be asserted of any transform; what it compares is equal to the last bit.
 *
 * @module
 */

import fc from "fast-check";
import type { Arbitrary, Law } from "./fast_check.ts";
import { type AnyTransform, chain, groups, identity, masked, rest, setToZero } from "../../optim/mod.ts";
import { type Tensor, tree } from "../../tensor/mod.ts";
import { type ParamsTree, paramsTrees, type Problem, problems } from "./arbitraries.ts";

/** The elements of every leaf of the updates and of the params, step by step. */
export type Trajectory = readonly { readonly updates: Elements; readonly params: Elements }[];

/** The elements of each leaf, with its path. */
export type Elements = readonly { readonly path: string; readonly data: readonly number[] }[];

/** A transform as laws call it. */
interface Callable {
  init(params: unknown): unknown;
  update(
    state: unknown,
    grads: unknown,
    params: unknown,
  ): { readonly state: unknown; readonly updates: unknown };
  step(
    state: unknown,
    grads: unknown,
    params: unknown,
  ): { readonly state: unknown; readonly params: unknown };
}

/**
 * What a transform that needs no extra does to a problem, step by step.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { sgd } from "@weft/weft/optim";
 * import { trajectory } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const problem = { params: { x: tensor(1) }, grads: [{ x: tensor(2) }] };
 * assertEquals(trajectory(sgd({ learningRate: 1 }), problem), [{
 *   updates: [{ path: "x", data: [-2] }],
 *   params: [{ path: "x", data: [-1] }],
 * }]);
 * ```
 */
export function trajectory(transform: AnyTransform, problem: Problem<unknown>): Trajectory {
  const callable = transform as unknown as Callable;
  let state = callable.init(problem.params);
  let params: unknown = problem.params;
  return problem.grads.map((grads) => {
    const { updates } = callable.update(state, grads, params);
    ({ state, params } = callable.step(state, grads, params));
    return { updates: elements(updates), params: elements(params) };
  });
}

function elements(values: unknown): Elements {
  return tree.entries(values).map(({ path, value }) => ({
    path,
    data: Array.from((value as Tensor).data()),
  }));
}

function same(a: Trajectory, b: Trajectory): boolean {
  const close = (x: Elements, y: Elements): boolean =>
    x.length === y.length &&
    x.every(({ path, data }, i) =>
      path === y[i].path && data.length === y[i].data.length &&
      data.every((value, j) => Object.is(value, y[i].data[j]))
    );
  return a.length === b.length &&
    a.every((step, i) => close(step.updates, b[i].updates) && close(step.params, b[i].params));
}

/** Whether all of the transforms do the same to every problem. */
function equivalent(...transforms: readonly AnyTransform[]): Law<[Problem]> {
  return fc.property(problems(), (problem) => {
    const [first, ...others] = transforms.map((transform) => trajectory(transform, problem));
    return others.every((other) => same(first, other));
  });
}

/**
 * `chain(t)`, `chain(identity(), t)` and `chain(t, identity())` are `t`, and an empty chain is the identity.
 *
 * @example
 * ```ts
 * import { adam } from "@weft/weft/optim";
 * import { chainHasIdentity } from "@weft/weft/testing";
 * import fc from "fast-check";
 *
 * fc.assert(chainHasIdentity(adam({ learningRate: 0.1 })), { numRuns: 10 });
 * ```
 */
export function chainHasIdentity(transform: AnyTransform): Law<[Problem]> {
  return equivalent(
    transform,
    chain(transform),
    chain(identity(), transform),
    chain(transform, identity()),
    chain(chain(), transform),
  );
}

/** `chain(chain(a, b), c)` and `chain(a, chain(b, c))` are `chain(a, b, c)`. */
export function chainIsAssociative(
  a: AnyTransform,
  b: AnyTransform,
  c: AnyTransform,
): Law<[Problem]> {
  return equivalent(chain(a, b, c), chain(chain(a, b), c), chain(a, chain(b, c)));
}

/** `masked` by all leaves is the transform, whatever becomes of the rest. */
export function maskedByAllIsTheTransform(transform: AnyTransform): Law<[Problem]> {
  return equivalent(
    transform,
    masked(transform, true, { rest: "zero" }),
    masked(transform, "**", { rest: "pass" }),
    masked(transform, () => true, { rest: "pass" }),
  );
}

/** `masked` by no leaf hands on what came in. */
export function maskedByNonePasses(transform: AnyTransform): Law<[Problem]> {
  return equivalent(identity(), masked(transform, false, { rest: "pass" }));
}

/** `masked` by no leaf makes updates zero, if the rest is to be zero. */
export function maskedByNoneIsZero(transform: AnyTransform): Law<[Problem]> {
  return equivalent(setToZero(), masked(transform, () => false, { rest: "zero" }));
}

/** Params in two parts. */
export type TwoParts = { readonly left: ParamsTree; readonly right: ParamsTree };

function twoParts(): Arbitrary<Problem<TwoParts>> {
  return problems(fc.record({ left: paramsTrees(), right: paramsTrees() }, { noNullPrototype: true }));
}

/** Groups of params do what optimizers of their own do to the parts. */
export function groupsAreSeparate(
  left: AnyTransform,
  right: AnyTransform,
): Law<[Problem<TwoParts>]> {
  return fc.property(twoParts(), (problem) => {
    const part = (key: "left" | "right"): Problem => ({
      params: problem.params[key],
      grads: problem.grads.map((grads) => grads[key]),
    });
    const under = (key: string, found: Elements): Elements =>
      found.map(({ path, data }) => ({ path: `${key}/${path}`, data }));
    const together = trajectory(
      groups([
        { name: "a", select: "left/**", transform: left },
        { name: "b", select: rest, transform: right },
      ]),
      problem,
    );
    const [ofLeft, ofRight] = [trajectory(left, part("left")), trajectory(right, part("right"))];
    const apart = ofLeft.map(({ updates, params }, i) => ({
      updates: [...under("left", updates), ...under("right", ofRight[i].updates)],
      params: [...under("left", params), ...under("right", ofRight[i].params)],
    }));
    return same(together, apart);
  });
}

/** The order of groups, and of masked transforms whose masks are disjoint, makes no difference. */
export function disjointGroupsCommute(a: AnyTransform, b: AnyTransform): Law<[Problem<TwoParts>]> {
  return fc.property(twoParts(), (problem) => {
    const first = { name: "a", select: "left/**", transform: a };
    const second = { name: "b", select: "right/**", transform: b };
    const onLeft = masked(a, { left: true, right: false }, { rest: "pass" });
    const onRight = masked(b, { left: false, right: true }, { rest: "pass" });
    const [expected, ...others] = [
      groups([first, second]),
      groups([second, first]),
      chain(onLeft, onRight),
      chain(onRight, onLeft),
    ].map((transform) => trajectory(transform, problem));
    return others.every((other) => same(expected, other));
  });
}
