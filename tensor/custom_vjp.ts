/**
 * Functions with a pullback of their own.
 *
 * @module
 */
import { applyAll } from "./apply.ts";
import { batchBody, mapBatch } from "./batch.ts";
import { close, type Closed, outputsOf, share } from "./body.ts";
import { replay } from "./replay.ts";
import { isFloating } from "./dtype.ts";
import { pushBody } from "./forward.ts";
import { defineInlined, resultsOf, takeApart } from "./inlined.ts";
import { add } from "./ops/arithmetic.ts";
import { sum } from "./ops/reduce.ts";
import type { Body, Primitive } from "./primitive.ts";
import { pullTape } from "./reverse.ts";
import { equalShapes } from "./shape.ts";
import { type Abstract, describe, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** Cotangents of the inputs from inputs, outputs with what was saved behind them, and cotangents of the outputs. */
type Rule = (
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
) => readonly (Tensor | null)[];

interface CustomVjp {
  /** From what is captured and the arguments to the results. */
  readonly body: Body;
  /** The same with residuals behind the results. */
  readonly forward: Body;
  /** The name of the function. */
  readonly name: string;
  /** How many inputs are captured: they have no gradient. */
  readonly captured: number;
  /** Whether the residuals are further outputs. */
  readonly saves: boolean;
  /** Whether reverse mode has taken it. */
  readonly pulled: boolean;
  readonly rule: Rule;
}

const customVjpPrimitive: Primitive<CustomVjp> = defineInlined<CustomVjp>(
  "customVjp",
  ({ body, forward, saves }) => saves ? forward : body,
  {
    saving: (attributes) => ({ ...pulled(attributes), saves: true }),
    pulled,
    pullback: {
      rule(cotangents, { inputs, outputs, attributes, wanted, hasCotangent, operation, linear }) {
        const { body, captured, name, rule, saves } = attributes;
        const foreign = wanted.slice(0, captured).indexOf(true);
        if (foreign >= 0) {
          throw new TypeError(
            `customVjp expects what is differentiated to be an argument but ${name} takes ${
              describe(inputs[foreign])
            } from outside`,
          );
        }
        const all = saves ? outputs : applyAll(customVjpPrimitive, inputs, { ...attributes, saves: true });
        const results = body.outputs.length;
        const pulled = rule(inputs, all, cotangents.slice(0, results));
        if (!hasCotangent.slice(results).includes(true)) return pulled;
        // Residuals have the derivatives of the operations that made them.
        const replayed = replay(attributes.forward, inputs, wanted, { linear });
        const plain = pullTape({ result: null, ...replayed }, operation, linear)(
          [...cotangents.slice(0, results).map(() => null), ...cotangents.slice(results)],
        );
        return pulled.map((g, i) => !wanted[i] ? null : g === null ? plain[i] : add(g, plain[i]!));
      },
    },
    pushforward: {
      rule(tangents, { inputs, attributes: { body, forward, name, saves, pulled }, operation }) {
        // What reverse mode records is made to be differentiated again: forward mode over it is that of the operations.
        if (pulled) {
          const { values, tangents: along } = pushBody(saves ? forward : body, inputs, tangents, operation);
          return { outputs: values, tangents: along };
        }
        throw new TypeError(
          `${operation} expects a pushforward rule but customVjp of ${name} has only a pullback: use customJvp`,
        );
      },
    },
    batch: {
      rule({ inputs, batched, size, attributes }) {
        const { body, forward, captured, rule, saves } = attributes;
        const own = batchBody(body, batched, size);
        const longer = batchBody(forward, batched, size, own.batched);
        // Both have to agree on which results are mapped.
        const again = batchBody(body, batched, size, longer.batched.slice(0, body.outputs.length));
        const shared = share([again.closed, longer.closed]);
        const next: CustomVjp = {
          ...attributes,
          body: shared.bodies[0],
          forward: shared.bodies[1],
          captured: shared.captured.length + captured,
          rule: batchedRule(rule, shared.captured.length, batched, longer.batched, body.outputs.length, size),
        };
        return {
          outputs: applyAll(customVjpPrimitive, [...shared.captured, ...inputs], next),
          batched: saves ? longer.batched : again.batched,
        };
      },
    },
  },
);

function pulled(attributes: CustomVjp): CustomVjp {
  return attributes.pulled ? attributes : { ...attributes, pulled: true };
}

/** The rule for a batch: what the examples share gets the sum of their cotangents. */
function batchedRule(
  rule: Rule,
  captured: number,
  batched: readonly boolean[],
  outputFlags: readonly boolean[],
  results: number,
  size: number,
): Rule {
  return (inputs, outputs, cotangents) => {
    const own = inputs.slice(captured);
    const flags = [...batched, ...outputFlags, ...outputFlags.slice(0, results)];
    const pulled = mapBatch(
      "customVjp",
      (given) =>
        rule(
          given.slice(0, own.length),
          given.slice(own.length, own.length + outputs.length),
          given.slice(own.length + outputs.length),
        ),
      [...own, ...outputs, ...cotangents],
      flags,
      size,
    );
    return [
      ...inputs.slice(0, captured).map(() => null),
      ...pulled.map((g, i) => g === null || batched[i] ? g : sum(g, { axes: 0 })),
    ];
  };
}

/** The rule of a function; see `customVjp`. */
export interface CustomVjpRule<A extends unknown[], R, Residuals> {
  /** The value and whatever the pullback reads; by default the residuals are `{ args, value }`. */
  readonly forward?: (...args: A) => readonly [value: R, residuals: Residuals];
  /**
   * From the residuals and a tree of cotangents like the value to a list of gradients, one for each argument: a tree
   * like it, or null for none. Cotangents of integers are zeros.
   */
  readonly pullback: (residuals: Residuals, cotangent: R) => readonly unknown[];
}

/** What `customVjp` keeps for the pullback where no `forward` says otherwise. */
export interface DefaultResiduals<A extends unknown[], R> {
  /** The arguments. */
  readonly args: A;
  /** What the function returned. */
  readonly value: R;
}

/**
 * The same function, whose pullback is the given one instead of that of its operations: for a gradient that is more
 * stable or cheaper, or other than the derivative. Reverse mode of any order goes through it, as `jax.custom_vjp`,
 * and so does forward over reverse, as in `hessian`; forward mode alone refuses it. What the function takes from outside
 * may not be differentiated.
 *
 * @throws {TypeError} If `f` or the rule is no function, the rule returns something else than a gradient for each
 * argument, or forward mode alone meets the function.
 *
 * @example A gradient that is clipped
 * ```ts
 * import { clip, customVjp, grad, multiply, sum, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const clipped = customVjp((x: Tensor) => x, { pullback: (_, g) => [clip(g, { min: -1, max: 1 })] });
 * assertEquals(grad((x) => sum(multiply(clipped(x), 3)))(tensor([1, 2])).toArray(), [1, 1]);
 * ```
 */
export function customVjp<A extends unknown[], R, Residuals = DefaultResiduals<A, R>>(
  f: (...args: A) => R,
  rule: CustomVjpRule<A, R, Residuals>,
): (...args: A) => R {
  if (typeof f !== "function") {
    throw new TypeError(`customVjp expects a function but got ${tree.describe(f)}`);
  }
  if (typeof rule?.pullback !== "function") {
    throw new TypeError(`customVjp expects a pullback but got ${tree.describe(rule?.pullback)}`);
  }
  const forward = rule.forward ??
    ((...args: A) => {
      const value = f(...args);
      return [value, { args, value } as unknown as Residuals] as const;
    });
  const name = f.name || "customVjp";
  return (...args) => {
    const given = takeApart(args);
    let [returned, value, residuals]: unknown[] = [];
    const body = close(name, given.tensors, (inputs, recorder) => {
      returned = f(...given.build(inputs) as A);
      return resultsOf(returned, recorder);
    });
    const longer = close(`forward of ${name}`, given.tensors, (inputs, recorder) => {
      [value, residuals] = forward(...given.build(inputs) as A);
      return [...resultsOf(value, recorder), ...resultsOf(residuals, recorder)];
    });
    checkSame(name, body, longer);
    const { bodies, captured } = share([body, longer]);
    const results = bodies[0].outputs.length;
    const likes = given.tensors.map(({ dtype, shape }): Abstract => ({ dtype, shape }));
    const outputs = applyAll(customVjpPrimitive, [...captured, ...given.tensors], {
      body: bodies[0],
      forward: bodies[1],
      name,
      captured: captured.length,
      saves: false,
      pulled: false,
      rule: (_, all, cotangents) => {
        const kept = takeApart([residuals]).build(all.slice(results))[0];
        const cotangent = takeApart([returned]).build(cotangents)[0];
        const gradients = rule.pullback(kept as Residuals, cotangent as R);
        return [...captured.map(() => null), ...gradientsOf(name, args, likes, gradients)];
      },
    });
    return takeApart([returned]).build(outputs.slice(0, results))[0] as R;
  };
}

function checkSame(name: string, body: Closed, longer: Closed): void {
  const [plain, more] = [outputsOf(body.body), outputsOf(longer.body)];
  const same = plain.every((x, i) =>
    more[i] !== undefined && x.dtype === more[i].dtype && equalShapes(x.shape, more[i].shape)
  );
  if (!same) {
    throw new TypeError(
      `customVjp expects forward to return what ${name} does but got ${more.map(describe).join(", ")} for ${
        plain.map(describe).join(", ")
      }`,
    );
  }
}

/** The gradients of the tensors of the arguments, checked. */
function gradientsOf(
  name: string,
  args: readonly unknown[],
  likes: readonly Abstract[],
  gradients: readonly unknown[],
): readonly (Tensor | null)[] {
  if (!Array.isArray(gradients) || gradients.length !== args.length) {
    throw new TypeError(
      `customVjp expects the pullback of ${name} to return a gradient for each of its ${args.length} arguments but got ${
        tree.describe(gradients)
      }`,
    );
  }
  let next = 0;
  return args.flatMap((arg, i) => {
    const leaves = tree.entries(arg);
    const given = gradients[i];
    const found: (Tensor | null)[] = [];
    const at = (path: string): unknown =>
      path === "" ? given : path.split("/").reduce<unknown>(
        (node, key) => tree.isNode(node) ? (node as Readonly<Record<string, unknown>>)[key] : undefined,
        given,
      );
    for (const { path, value } of leaves) {
      if (!(value instanceof Tensor)) continue;
      const like = likes[next++];
      const gradient = at(path);
      if (gradient === null || gradient === undefined || !isFloating(like.dtype)) {
        found.push(null);
        continue;
      }
      if (!(gradient instanceof Tensor) || !equalShapes(gradient.shape, like.shape)) {
        throw new TypeError(
          `customVjp expects the gradient of ${describe(like)} from the pullback of ${name} but got ${
            gradient instanceof Tensor ? describe(gradient) : tree.describe(gradient)
          }`,
        );
      }
      found.push(gradient);
    }
    return found;
  });
}
