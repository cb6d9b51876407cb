/**
 * Functions with a derivative of their own.
 *
 * @module
 */
import { applyAll } from "./apply.ts";
import { batchBody, mapBatch } from "./batch.ts";
import { close, outputsOf } from "./body.ts";
import { isFloating } from "./dtype.ts";
import { transposeLinear } from "./forward.ts";
import { defineInlined, resultsOf, takeApart, tensorsOf } from "./inlined.ts";
import { zerosOf } from "./ops/zeros_of.ts";
import type { Body, Primitive } from "./primitive.ts";
import { equalShapes } from "./shape.ts";
import { type Abstract, describe, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/**
 * Outputs and their tangents, which null stands for zeros in, from inputs, a tangent for each of them, and the outputs,
 * which are computed where they are asked for. Outputs that are null are those.
 */
type Rule = (
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
  outputs: () => readonly Tensor[],
) => { readonly outputs: readonly Tensor[] | null; readonly tangents: readonly (Tensor | null)[] };

interface CustomJvp {
  readonly body: Body;
  readonly name: string;
  /** How many inputs are captured: they have no derivative. */
  readonly captured: number;
  readonly rule: Rule;
}

function checkCaptured(
  { name, captured }: CustomJvp,
  inputs: readonly Tensor[],
  active: readonly boolean[],
): void {
  const foreign = active.slice(0, captured).indexOf(true);
  if (foreign < 0) return;
  throw new TypeError(
    `customJvp expects what is differentiated to be an argument but ${name} takes ${
      describe(inputs[foreign])
    } from outside`,
  );
}

const customJvpPrimitive: Primitive<CustomJvp> = defineInlined<CustomJvp>("customJvp", ({ body }) => body, {
  pushforward: {
    rule(tangents, context) {
      const { inputs, attributes } = context;
      checkCaptured(attributes, inputs, tangents.map((tangent) => tangent !== null));
      const all = tangents.map((tangent, i) => tangent ?? zerosOf(inputs[i]));
      const pushed = attributes.rule(inputs, all, () => context.outputs);
      return { outputs: pushed.outputs ?? context.outputs, tangents: pushed.tangents };
    },
  },
  pullback: {
    rule(cotangents, { inputs, outputs, attributes, wanted }) {
      checkCaptured(attributes, inputs, wanted);
      const likes = inputs.filter((_, i) => wanted[i]);
      const pulled = transposeLinear(
        likes,
        (tangents) => {
          let next = 0;
          const all = inputs.map((x, i) => wanted[i] ? tangents[next++] : zerosOf(x));
          return attributes.rule(inputs, all, () => outputs).tangents;
        },
        cotangents,
        `customJvp of ${attributes.name}`,
      );
      let next = 0;
      return wanted.map((is) => is ? pulled[next++] : null);
    },
  },
  batch: {
    rule({ inputs, batched, size, attributes }) {
      const { body, rule, captured } = attributes;
      const own = batchBody(body, batched, size, body.outputs.map(() => true));
      const extra = own.closed.captured.length;
      const next: CustomJvp = {
        ...attributes,
        body: own.closed.body,
        captured: extra + captured,
        rule: (given, tangents, outputs) => {
          const count = given.length - extra;
          const known = outputs();
          const results = body.outputs.length;
          const moved = mapBatch(
            "customJvp",
            (one) => {
              const value = (): readonly Tensor[] => one.slice(2 * count);
              return rule(one.slice(0, count), one.slice(count, 2 * count), value).tangents;
            },
            [...given.slice(extra), ...tangents.slice(extra), ...known.slice(0, results)],
            [...batched, ...batched, ...body.outputs.map(() => true)],
            size,
          );
          return { outputs: null, tangents: moved };
        },
      };
      return applyAll(customJvpPrimitive, [...own.closed.captured, ...inputs], next);
    },
  },
});

/**
 * The same function, whose derivative is the given one instead of that of its operations, in forward and in reverse
 * mode, as `jax.custom_jvp`. What the function takes from outside may not be differentiated.
 *
 * @param rule From the arguments and a list of tangents, trees like them with zeros where there is none and holes for
 * what is no floating-point tensor, to the value and its tangent, which is linear in the tangents.
 * @throws {TypeError} If `f` or the rule is no function, or the tangent does not fit the value or is not linear.
 *
 * @example The derivative of `log(1 + e^x)` that never overflows
 * ```ts
 * import { customJvp, exp, grad, log1p, multiply, sigmoid, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const f = customJvp(
 *   (x: Tensor) => log1p(exp(x)),
 *   ([x], [dx]) => [log1p(exp(x)), multiply(sigmoid(x), dx as Tensor)],
 * );
 * assertEquals(grad(f)(tensor(100)).item(), 1);
 * ```
 */
export function customJvp<A extends unknown[], R>(
  f: (...args: A) => R,
  rule: (args: A, tangents: readonly unknown[]) => readonly [value: R, tangent: R],
): (...args: A) => R {
  for (const given of [f, rule] as readonly unknown[]) {
    if (typeof given !== "function") {
      throw new TypeError(`customJvp expects functions but got ${tree.describe(given)}`);
    }
  }
  const name = f.name || "customJvp";
  return withDerivative("customJvp", f, (args, tangents) => {
    const result: unknown = rule(args, tangents);
    if (!Array.isArray(result) || result.length !== 2) {
      throw new TypeError(
        `customJvp expects the rule of ${name} to return [value, tangent] but got ${tree.describe(result)}`,
      );
    }
    return { value: result[0], tangent: result[1] };
  });
}

/** The value, undefined where it is the known one, and its tangent. */
type Derivative<A, R> = (
  args: A,
  tangents: readonly unknown[],
  value: () => R,
) => { readonly value: unknown; readonly tangent: unknown };

/** A function with a derivative that may be made of the value, which is then not computed again. */
export function withDerivative<A extends unknown[], R>(
  operation: string,
  f: (...args: A) => R,
  rule: Derivative<A, R>,
): (...args: A) => R {
  const name = f.name || operation;
  return (...args) => {
    const given = takeApart(args);
    let returned: unknown;
    const { body, captured } = close(name, given.tensors, (inputs, recorder) => {
      returned = f(...given.build(inputs) as A);
      return resultsOf(returned, recorder);
    });
    const likes = outputsOf(body);
    const count = captured.length;
    const outputs = applyAll(customJvpPrimitive, [...captured, ...given.tensors], {
      body,
      name,
      captured: count,
      rule: (inputs, tangents, known) => {
        const own = inputs.slice(count);
        const along = tangents.slice(count).map((tangent, i) => isFloating(own[i].dtype) ? tangent : null);
        const holes = tree.map(given.build(along), (leaf) => leaf instanceof Tensor ? leaf : null);
        const { value, tangent } = rule(
          given.build(own) as A,
          holes,
          () => takeApart([returned]).build(known())[0] as R,
        );
        const values = value === undefined ? null : tensorsOf(value);
        const moved = tensorsOf(tangent);
        if (values !== null) check(operation, name, "values", likes, values);
        check(operation, name, "tangents", likes, moved);
        return { outputs: values, tangents: moved };
      },
    });
    return takeApart([returned]).build(outputs)[0] as R;
  };
}

function check(
  operation: string,
  name: string,
  what: string,
  likes: readonly Abstract[],
  given: readonly Tensor[],
): void {
  const fits = given.length === likes.length &&
    likes.every((x, i) => x.dtype === given[i].dtype && equalShapes(x.shape, given[i].shape));
  if (fits) return;
  throw new TypeError(
    `${operation} expects ${what} from the rule of ${name} like ${likes.map(describe).join(", ")} but got ${
      given.map(describe).join(", ") || "none"
    }`,
  );
}
