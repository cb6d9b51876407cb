/**
 * All that a transform of gradients has to keep, for transforms of one's own.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import fc from "fast-check";
import { type AnyTransform, lossScaled, multiSteps, scale, staticLossScale } from "../../optim/mod.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../tensor/io/mod.ts";
import { compile, configure, info, multiply, random, Tensor, tree } from "../../tensor/mod.ts";
import { type Problem, problems } from "./arbitraries.ts";
import type { Arbitrary, Law } from "./fast_check.ts";
import {
  chainHasIdentity,
  chainIsAssociative,
  groupsAreSeparate,
  maskedByAllIsTheTransform,
  maskedByNoneIsZero,
  maskedByNonePasses,
  type Trajectory,
  trajectory,
} from "./optim.ts";

/** Options of {@linkcode transformLaws}. */
export interface TransformLawsOptions {
  /** What the transform needs beside the gradients; it is the same in every step. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

const TRANSFORM_LAWS_OPTIONS = { extra: true } as const;

/** A step as laws call it. */
type Step = (
  state: unknown,
  grads: unknown,
  params: unknown,
  extra?: unknown,
) => { readonly state: unknown; readonly params: unknown };

/** A transform that gives itself what it needs. */
function supplied(transform: AnyTransform, extra: TransformLawsOptions["extra"]): AnyTransform {
  if (extra === undefined) return transform;
  type Call = (state: unknown, grads: unknown, params: unknown, extra: unknown) => unknown;
  const [update, step] = [transform.update as unknown as Call, transform.step as unknown as Call];
  return {
    ...transform,
    update: (state: unknown, grads: unknown, params: unknown) => update(state, grads, params, extra),
    step: (state: unknown, grads: unknown, params: unknown) => step(state, grads, params, extra),
  } as unknown as AnyTransform;
}

/** Everything in a tree as text: structure, dtypes, shapes and, where wanted, the elements. */
function written(value: unknown, elements: boolean): string {
  const leaves = tree.entries(value).map(({ path, value }) => {
    if (!(value instanceof Tensor)) return `${path}: ${elements ? String(value) : typeof value}`;
    const bits = elements ? Array.from(value.data(), (one) => Object.is(one, -0) ? "-0" : String(one)) : [];
    return `${path}: ${value.dtype}[${value.shape}] ${bits}`;
  });
  return leaves.join("\n");
}

function agree(a: Trajectory, b: Trajectory): boolean {
  const text = (steps: Trajectory): string =>
    JSON.stringify(
      steps,
      (_, value) => typeof value === "number" ? `${Object.is(value, -0) ? "-0" : value}` : value,
    );
  return text(a) === text(b);
}

/** The params after each step, as text. */
function steps(
  step: Step,
  init: (params: unknown) => unknown,
  { params, grads }: Problem<unknown>,
): string[] {
  let state = init(params);
  let current: unknown = params;
  return grads.map((grad) => {
    ({ state, params: current } = step(state, grad, current));
    return written({ state, current }, true);
  });
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

/** Problems with leaves that are large enough to be shared by threads. */
function largeProblems(): Arbitrary<Problem<unknown>> {
  return fc.nat(1000).map((seed) => {
    const draw = (i: number): unknown => ({
      kernel: random.normal(random.key(3 * seed + i), [150, 257]),
      bias: random.normal(random.key(3 * seed + i + 1), [40000]),
    });
    return { params: draw(0), grads: [draw(1), draw(2)] };
  });
}

/** Does something under another configuration, and sets it back. */
function configured<T>(options: Parameters<typeof configure>[0], f: () => T): T {
  const { threads, simd } = info();
  configure(options);
  try {
    return f();
  } finally {
    configure({ threads, simd });
  }
}

/**
 * The laws that every transform keeps, by name, each a property for `fc.assert`:
 *
 * - `initIsPure`: the same params give the same state, and stay as they are
 * - `stateKeepsItsStructure`: a step changes no path, shape or dtype of the state, nor their order, so that a compiled
 *   step is not compiled anew
 * - `stepIsPure`: the same arguments give the same step, and stay as they are
 * - `chainHasIdentity`, `chainIsAssociative`
 * - `maskedByAllIsTheTransform`, `maskedByNonePasses`, `maskedByNoneIsZero`
 * - `groupsAreSeparateOptimizers`: groups of params do what optimizers of their own do
 * - `accumulationIsOneStep`: two equal micro-batches are one step
 * - `lossScaleChangesNothing`: a loss scaled by a power of two makes the same steps
 * - `checkpointContinues`: a state that was saved and loaded in mid-run goes on bit for bit
 * - `compiledEqualsEager`: bit for bit, with kernels that round as eager ones do
 * - `threadsChangeNothing`: one thread gives the bits of three
 *
 * All compare to the last bit. A transform whose steps depend on what is outside of its arguments, or whose state
 * changes its shape, breaks one of them.
 *
 * @throws {TypeError} From a law, if the transform needs extra values and `extra` lacks them.
 *
 * @example
 * ```ts
 * import { adam } from "@weft/weft/optim";
 * import { transformLaws } from "@weft/weft/testing";
 * import fc from "fast-check";
 *
 * for (const law of Object.values(transformLaws(adam({ learningRate: 0.1 })))) fc.assert(law, { numRuns: 3 });
 * ```
 */
export function transformLaws(
  transform: AnyTransform,
  options: TransformLawsOptions = {},
): Readonly<Record<string, Law<never>>> {
  checkOptionNames("transformLaws", options, TRANSFORM_LAWS_OPTIONS);
  const own = supplied(transform, options.extra);
  const step = own.step as unknown as Step;
  const init = own.init as unknown as (params: unknown) => unknown;
  const law = (holds: (problem: Problem) => boolean): Law<[Problem]> => fc.property(problems(), holds);
  const laws = {
    initIsPure: law(({ params }) => {
      const before = written(params, true);
      return written(init(params), true) === written(init(params), true) && written(params, true) === before;
    }),
    stateKeepsItsStructure: law(({ params, grads }) => {
      let state = init(params);
      let current: unknown = params;
      return grads.every((grad) => {
        const before = written({ state, current }, false);
        ({ state, params: current } = step(state, grad, current));
        return written({ state, current }, false) === before;
      });
    }),
    stepIsPure: law((problem) => {
      const given: unknown[] = [];
      const before: string[] = [];
      const watched: Step = (state, grads, params) => {
        given.push({ state, grads, params });
        before.push(written(given[given.length - 1], true));
        return step(state, grads, params);
      };
      const once = steps(watched, init, problem);
      return same(once, steps(step, init, problem)) && same(given.map((one) => written(one, true)), before);
    }),
    chainHasIdentity: chainHasIdentity(own),
    chainIsAssociative: chainIsAssociative(own, scale(0.5), scale(3)),
    maskedByAllIsTheTransform: maskedByAllIsTheTransform(own),
    maskedByNonePasses: maskedByNonePasses(own),
    maskedByNoneIsZero: maskedByNoneIsZero(own),
    groupsAreSeparateOptimizers: groupsAreSeparate(own, own),
    accumulationIsOneStep: law((problem) => {
      const twice = { params: problem.params, grads: problem.grads.flatMap((grads) => [grads, grads]) };
      const every = trajectory(multiSteps(own, { every: 2 }) as unknown as AnyTransform, twice);
      return agree(every.filter((_, i) => i % 2 === 1), trajectory(own, problem));
    }),
    lossScaleChangesNothing: law((problem) => {
      const scaled = {
        params: problem.params,
        grads: problem.grads.map((grads) => tree.map(grads, (leaf) => multiply(leaf as Tensor, 64))),
      };
      const optimizer = lossScaled(own, staticLossScale(64)) as unknown as AnyTransform;
      return agree(trajectory(optimizer, scaled), trajectory(own, problem));
    }),
    checkpointContinues: law((problem) => {
      const saved: Step = (state, grads, params) =>
        step(decodeCheckpoint(encodeCheckpoint(state)), grads, params);
      return same(steps(saved, init, problem), steps(step, init, problem));
    }),
    compiledEqualsEager: law((problem) =>
      configured(
        { simd: "strict" },
        () => same(steps(compile(step), init, problem), steps(step, init, problem)),
      )
    ),
    threadsChangeNothing: fc.property(largeProblems(), (problem) => {
      const [one, three] = [1, 3].map((threads) => configured({ threads }, () => steps(step, init, problem)));
      return same(one, three);
    }),
  };
  return laws as unknown as Readonly<Record<string, Law<never>>>;
}
