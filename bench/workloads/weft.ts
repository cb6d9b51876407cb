/**
 * What the workloads share where they run on weft.
 *
 * @module
 */
import type { Input } from "../inputs.ts";
import type { Run, Weft } from "../workload.ts";

/** A tensor of weft. */
export type WeftTensor = InstanceType<Weft["Tensor"]>;

/** The inputs as tensors. */
export function fromInput<K extends string>(
  weft: Weft,
  inputs: Readonly<Record<K, Input>>,
): Record<K, WeftTensor> {
  return Object.fromEntries(
    Object.entries<Input>(inputs).map(([name, { data, shape }]) => [name, weft.tensor(data, { shape })]),
  ) as Record<K, WeftTensor>;
}

/** The first element of a tensor. */
export function first(x: WeftTensor): number {
  return x.slice(x.shape.map(() => [0, 1] as const)).item();
}

/** A run that computes a tensor and reads its first element. */
export function reader(weft: Weft, compute: () => WeftTensor): Run {
  return {
    step: () => weft.scope(() => first(compute())),
    result: () => weft.scope(() => compute().data()),
  };
}

/** The state of a training run that a compiled step carries along. */
export interface Carried<P> {
  readonly params: P;
  readonly optimizer: unknown;
}

/**
 * A run that trains: `loss` is differentiated, the optimizer makes a step, all compiled as one function whose
 * carry is donated.
 */
export function trainer<P, D>(
  weft: Weft,
  options: {
    readonly params: P;
    readonly data: D;
    readonly optimizer: ReturnType<Weft["optim"]["adam"]> | ReturnType<Weft["optim"]["sgd"]>;
    readonly loss: (params: P, data: D) => WeftTensor;
  },
): Run {
  const { data, loss } = options;
  const optimizer = options.optimizer as ReturnType<Weft["optim"]["adam"]>;
  const step = weft.compile((carried: Carried<P>, data: D) => {
    const { value, gradient } = weft.valueAndGrad((params: P) => loss(params, data))(carried.params);
    const next = optimizer.step(carried.optimizer as never, gradient, carried.params);
    return { carried: { params: next.params as P, optimizer: next.state }, loss: value };
  }, { donate: [0], name: "step" });
  let carried: Carried<P> = { params: options.params, optimizer: optimizer.init(options.params) };
  return {
    step() {
      let value = NaN;
      carried = weft.scope(() => {
        const next = step(carried, data);
        value = next.loss.item();
        return next.carried;
      });
      return value;
    },
  };
}
