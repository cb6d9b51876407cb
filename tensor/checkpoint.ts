/**
 * Trading time for memory in reverse mode: parts of a function that are run again for the pullback, instead of being
 * kept from the first run.
 *
 * @module
 */
import { apply, applyAll } from "./apply.ts";
import { batchBody } from "./batch.ts";
import { close, outputsOf, withPulledBody } from "./body.ts";
import { replay } from "./replay.ts";
import { checkOptionNames } from "./check_option_names.ts";
import { copyInto } from "./launch_elementwise.ts";
import { pushBody } from "./forward.ts";
import { defineInlined, resultsOf, takeApart } from "./inlined.ts";
import { zerosOf } from "./ops/zeros_of.ts";
import { type Body, definePrimitive, type Primitive } from "./primitive.ts";
import { pullTape } from "./reverse.ts";
import { batchInFront, type BatchRule, type PullbackContext, type PushforwardContext } from "./rules.ts";
import { scope } from "./scope.ts";
import { checkTensor } from "./check_tensor.ts";
import type { Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** The same elements: a view. */
function defineIdentity<A extends object>(name: string): Primitive<A> {
  return definePrimitive<A>({
    name,
    infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
    view: (x) => ({ shape: x.shape, strides: x.strides, offset: x.offset }),
    execute: ([x], [output], _, machine) => copyInto(x, output, machine),
    pullback: { rule: ([g]) => [g] },
    batch: batchInFront as BatchRule<A>,
  });
}

const namePrimitive: Primitive<{ readonly name: string }> = defineIdentity("checkpointName");

/** What is computed from the output of a barrier does not count as the same as what was computed before. */
const barrierPrimitive: Primitive<{ readonly barrier: number }> = defineIdentity("barrier");

let barriers = 0;

/**
 * The tensor itself, with a name by which a policy of `checkpoint` keeps it.
 *
 * @example
 * ```ts
 * import { checkpoint, checkpointName, exp, grad, sin, sum, tensor, type Tensor } from "@weft/weft";
 *
 * const f = checkpoint((x: Tensor) => sum(sin(checkpointName(exp(x), "exponential"))), { policy: ["exponential"] });
 * console.log(grad(f)(tensor([1, 2])));
 * ```
 */
export function checkpointName(x: Tensor, name: string): Tensor {
  checkTensor("checkpointName", x);
  if (typeof name !== "string") {
    throw new TypeError(`checkpointName expects a name as a string but got ${tree.describe(name)}`);
  }
  return apply(namePrimitive, [x], { name });
}

interface Checkpoint {
  readonly body: Body;
  /** Values of these names are kept. */
  readonly names: readonly string[];
  /** Whether they are further outputs. */
  readonly saves: boolean;
}

/** The entries that name a value which is kept. */
function named({ body, names }: Checkpoint): readonly { readonly from: number; readonly to: number }[] {
  return body.tape.entries.flatMap(({ primitive, attributes, inputs, outputs }) =>
    primitive.name === namePrimitive.name && names.includes((attributes as { readonly name: string }).name)
      ? [{ from: inputs[0], to: outputs[0] }]
      : []
  );
}

/** The body, with the values that are kept as further outputs. */
function wholeBody(attributes: Checkpoint): Body {
  const { body, saves } = attributes;
  return saves ? { ...body, outputs: [...body.outputs, ...named(attributes).map(({ to }) => to)] } : body;
}

const checkpointPrimitive: Primitive<Checkpoint> = defineInlined<Checkpoint>("checkpoint", wholeBody, {
  saving: (attributes) => ({ ...withPulledBody(attributes), saves: attributes.names.length > 0 }),
  pulled: withPulledBody,
  pullback: { rule: (cotangents, context) => pullCheckpoint(cotangents, context) },
  pushforward: { rule: (tangents, context) => pushCheckpoint(tangents, context) },
  batch: {
    rule({ inputs, batched, size, attributes }) {
      const own = batchBody(attributes.body, batched, size);
      const next = { ...attributes, body: own.closed.body };
      // A kept value is mapped where it has one axis more than before.
      const before = named(attributes).map(({ to }) => attributes.body.tape.slots[to].shape.length);
      const kept = attributes.saves
        ? named(next).map(({ to }, i) => next.body.tape.slots[to].shape.length > before[i])
        : [];
      return {
        outputs: applyAll(checkpointPrimitive, [...own.closed.captured, ...inputs], next),
        batched: [...own.batched, ...kept],
      };
    },
  },
});

function pullCheckpoint(
  cotangents: readonly Tensor[],
  { inputs, outputs, attributes, wanted, hasCotangent, operation, linear }: PullbackContext<Checkpoint>,
): readonly (Tensor | null)[] {
  return scope(() => {
    const barrier = ++barriers;
    const again = inputs.map((x) => apply(barrierPrimitive, [x], { barrier }));
    const known = new Map<number, Tensor>();
    if (attributes.saves) {
      named(attributes).forEach(({ from, to }, i) => {
        const value = outputs[attributes.body.outputs.length + i];
        known.set(from, value).set(to, value);
      });
    }
    const replayed = replay(wholeBody(attributes), again, wanted, { known, linear });
    return pullTape({ result: null, ...replayed }, operation, linear)(
      cotangents.map((cotangent, i) => hasCotangent[i] ? cotangent : null),
    );
  }, { name: "checkpoint" });
}

function pushCheckpoint(
  tangents: readonly (Tensor | null)[],
  { inputs, attributes, operation }: PushforwardContext<Checkpoint>,
) {
  const body = wholeBody(attributes);
  const count = body.outputs.length;
  let present: readonly boolean[] = [];
  const along = tangents.filter((tangent) => tangent !== null);
  const push = (given: readonly Tensor[]): readonly Tensor[] => {
    let next = inputs.length;
    const pushed = pushBody(
      body,
      given.slice(0, inputs.length),
      tangents.map((tangent) => tangent === null ? null : given[next++]),
      operation,
    );
    present = pushed.tangents.map((tangent) => tangent !== null);
    return [...pushed.values, ...pushed.tangents.map((tangent, i) => tangent ?? zerosOf(pushed.values[i]))];
  };
  const all = [...inputs, ...along];
  let results: readonly Tensor[];
  if (attributes.saves) results = push(all);
  else {
    const closed = close(`pushforward of ${body.tape.name}`, all, push);
    results = applyAll(checkpointPrimitive, [...closed.captured, ...all], {
      ...attributes,
      body: closed.body,
    });
  }
  return {
    outputs: results.slice(0, count),
    tangents: results.slice(count).map((tangent, i) => present[i] ? tangent : null),
  };
}

/** Options of `checkpoint`. */
export interface CheckpointOptions {
  /**
   * What is kept for the pullback: "none" of the values inside (the arguments alone), "all" of them, or those of the
   * given names (see `checkpointName`).
   *
   * @default {"none"}
   */
  readonly policy?: "none" | "all" | readonly string[];
}

const CHECKPOINT_OPTIONS = { policy: true } as const;

/**
 * The same function, of which reverse mode keeps only what the policy says: the rest is computed again from the
 * arguments when the pullback needs it (rematerialization, `jax.checkpoint`). The numbers are the same. A compiled
 * program does the work twice as well, and needs less memory between.
 *
 * @throws {TypeError} If `f` is no function or the policy is none of those.
 *
 * @example
 * ```ts
 * import { checkpoint, grad, sin, sum, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const block = (x: Tensor) => sin(sin(sin(x)));
 * const [plain, light] = [block, checkpoint(block)].map((f) => grad((x: Tensor) => sum(f(x)))(tensor([1, 2])));
 * assertEquals(light.toArray(), plain.toArray());
 * ```
 */
export function checkpoint<A extends unknown[] = Tensor[], R = Tensor>(
  f: (...args: A) => R,
  options: CheckpointOptions = {},
): (...args: A) => R {
  checkOptionNames("checkpoint", options, CHECKPOINT_OPTIONS);
  if (typeof f !== "function") {
    throw new TypeError(`checkpoint expects a function but got ${tree.describe(f)}`);
  }
  const { policy = "none" } = options;
  if (policy === "all") return f;
  if (policy !== "none" && !Array.isArray(policy)) {
    throw new TypeError(
      `checkpoint expects policy to be "none", "all" or a list of names but got ${String(policy)}`,
    );
  }
  const names = policy === "none" ? [] : policy;
  return (...args) => {
    const given = takeApart(args);
    let returned: unknown;
    const { body, captured } = close(f.name || "checkpoint", given.tensors, (inputs, recorder) => {
      returned = f(...given.build(inputs) as A);
      return resultsOf(returned, recorder);
    });
    const outputs = applyAll(checkpointPrimitive, [...captured, ...given.tensors], {
      body,
      names,
      saves: false,
    });
    return takeApart([returned]).build(outputs.slice(0, outputsOf(body).length))[0] as R;
  };
}
