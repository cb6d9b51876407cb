/**
 * What the workloads share where they run on jax-js. Every function there takes its arguments over, so a value
 * that is used again is passed as `x.ref`.
 *
 * @module
 */
import type { Input } from "../inputs.ts";
import type { JaxJs, JaxJsContext, Run } from "../workload.ts";

/** An array of jax-js. */
export type JaxJsArray = InstanceType<JaxJs["Array"]>;

/** The inputs as arrays. */
export function toJaxJs<K extends string>(
  jax: JaxJs,
  inputs: Readonly<Record<K, Input>>,
): Record<K, JaxJsArray> {
  return Object.fromEntries(
    Object.entries<Input>(inputs).map(([name, { data, shape }]) => [
      name,
      jax.numpy.array(data as Float32Array<ArrayBuffer>, { shape: [...shape] }),
    ]),
  ) as Record<K, JaxJsArray>;
}

/**
 * A run of a function of arrays under jit: a step reads the first element of its first result, and its last
 * result is the one that is compared.
 */
export function jaxJsReader(
  { jax, read }: JaxJsContext,
  compute: (...args: JaxJsArray[]) => readonly JaxJsArray[],
  args: readonly JaxJsArray[],
): Run {
  const run = jax.jit((...args: JaxJsArray[]) => {
    const results = compute(...args);
    return [results[0].ref.ravel().slice(0), ...results];
  });
  return {
    step() {
      const [first, ...results] = run(...args.map((arg) => arg.ref));
      for (const result of results) result.dispose();
      return read(first);
    },
    result() {
      const results = run(...args.map((arg) => arg.ref));
      for (const result of results.slice(0, -1)) result.dispose();
      return results[results.length - 1].data();
    },
  };
}

/** A dictionary of arrays. */
export type JaxJsParams = Record<string, JaxJsArray>;

/** Params with the moments of Adam; a type and not an interface, so that it counts as a tree of arrays. */
export type Carried = {
  readonly params: JaxJsParams;
  readonly first: JaxJsParams;
  readonly second: JaxJsParams;
};

/** How Adam moves: the learning rate, the decay of AdamW, and the factor of the gradients. */
export interface AdamOptions {
  readonly learningRate: number;
  readonly weightDecay?: number;
  readonly scale?: JaxJsArray;
}

/** A step of Adam over a dictionary of arrays, all of which it takes over; for `jit`. */
export function adamStep(
  { numpy: np }: JaxJs,
  carried: Carried,
  gradients: JaxJsParams,
  corrections: readonly [JaxJsArray, JaxJsArray],
  { learningRate, weightDecay = 0, scale }: AdamOptions,
): Carried {
  const next: Carried = { params: {}, first: {}, second: {} };
  for (const name of Object.keys(gradients)) {
    const g = scale === undefined ? gradients[name] : gradients[name].mul(scale.ref);
    const first = carried.first[name].mul(0.9).add(g.ref.mul(0.1));
    const second = carried.second[name].mul(0.999).add(np.square(g).mul(0.001));
    const denominator = np.sqrt(second.ref.div(corrections[1].ref)).add(1e-8);
    const move = first.ref.div(corrections[0].ref).div(denominator);
    const p = carried.params[name];
    const decayed = weightDecay === 0 ? move : move.add(p.ref.mul(weightDecay));
    next.params[name] = p.sub(decayed.mul(learningRate));
    next.first[name] = first;
    next.second[name] = second;
  }
  for (const correction of corrections) correction.dispose();
  scale?.dispose();
  return next;
}

/** Zeros for the moments of params. */
export function zeroMoments({ numpy: np }: JaxJs, params: JaxJsParams): JaxJsParams {
  return Object.fromEntries(Object.entries(params).map(([name, p]) => [name, np.zeros(p.shape)]));
}

/** A run that trains with Adam at 1e-3 on a loss, the whole step under jit. */
export function jaxJsTrainer(
  { jax, read }: JaxJsContext,
  params: JaxJsParams,
  data: readonly JaxJsArray[],
  loss: (params: JaxJsParams, ...data: JaxJsArray[]) => JaxJsArray,
): Run {
  const step = jax.jit((carried: Carried, first: JaxJsArray, second: JaxJsArray, ...data: JaxJsArray[]) => {
    const [value, gradients] = jax.valueAndGrad(loss)(jax.tree.ref(carried.params), ...data);
    const options = { learningRate: 1e-3 };
    return { value, carried: adamStep(jax, carried, gradients as JaxJsParams, [first, second], options) };
  });
  let carried: Carried = { params, first: zeroMoments(jax, params), second: zeroMoments(jax, params) };
  let count = 0;
  return {
    async step() {
      count++;
      const scalar = (value: number): JaxJsArray => jax.numpy.array(value);
      const corrections = [scalar(1 - 0.9 ** count), scalar(1 - 0.999 ** count)] as const;
      const next = step(carried, ...corrections, ...data.map((x) => x.ref)) as unknown as {
        readonly value: JaxJsArray;
        readonly carried: Carried;
      };
      carried = next.carried;
      const value = await read(next.value);
      return value;
    },
  };
}

/** Mean cross-entropy of softmax, labels as rows of zeros with a one. */
export function jaxJsCrossEntropy(jax: JaxJs, logits: JaxJsArray, targets: JaxJsArray): JaxJsArray {
  return jax.nn.logSoftmax(logits).mul(targets).sum(-1).mean().neg();
}
