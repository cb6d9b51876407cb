/**
 * What each optimizer costs: time a parameter, bytes of state, and how near its step is to moving its bytes once.
 *
 * @module
 */
import { configure, dispose, scope, square, sum, type Tensor, tensor } from "@weft/weft";
import { contestants, stateBytes } from "../../examples/compare_optimizers/optimizers.ts";
import type { Transform } from "@weft/weft/optim";
import { measureLimits } from "../machine/machine.ts";
import { compare } from "../basics/turns.ts";
import { normal } from "../inputs.ts";
import { prepare } from "./groups.ts";

const LEAVES = 8;
const SIDE = 512;

function params(stream: number): Record<string, Tensor> {
  const shape = [SIDE, SIDE];
  const leaf = (i: number): Tensor => tensor(normal(400, stream + i, shape, 0.02).data, { shape });
  return Object.fromEntries(Array.from({ length: LEAVES }, (_, i) => [`leaf${i}`, leaf(i)]));
}

/** Prints a row for every optimizer that can be compiled. */
export async function aliasCosts(): Promise<void> {
  const { bandwidths } = await measureLimits(1);
  const { rate } = bandwidths.find(({ bytes }) => bytes >= 64 * 2 ** 20)!;
  configure({ threads: 1 });
  const count = LEAVES * SIDE * SIDE;
  console.log(
    `\n${count.toLocaleString("en-US")} parameters in ${LEAVES} matrices, one thread, ${
      (rate / 1e9).toFixed(1)
    } GB/s\n${"".padEnd(28)}${"ns each".padStart(9)}${"state bytes each".padStart(18)}${
      "of bandwidth".padStart(14)
    }`,
  );
  const grads = params(100);
  for (const [name, { make, eager }] of Object.entries(contestants)) {
    if (eager === true) continue;
    const loss = (params: Record<string, Tensor>): Tensor => sum(square(params.leaf0));
    const extra = { value: tensor(1), valueFn: loss, objective: loss };
    const optimizer = make(1e-3);
    const ms = scope(() => {
      const step = (state: unknown, grads: unknown, params: unknown): unknown =>
        optimizer.step(state, grads as never, params as never, extra as never);
      const run = prepare({ ...optimizer, step } as unknown as Transform, params(1), grads);
      return compare([{ name, run }], 0.3)[0].median;
    });
    const state = scope(() => stateBytes(optimizer, params(1))) / count;
    // Params and gradients are read, params written, and the state read and written.
    const floor = 1e3 * count * (12 + 2 * state) / rate;
    const each = (1e6 * ms / count).toFixed(3).padStart(9);
    const share = `${(100 * floor / ms).toFixed(0)} %`.padStart(14);
    console.log(`${name.padEnd(28)}${each}${state.toFixed(1).padStart(18)}${share}`);
  }
  dispose(grads);
}
