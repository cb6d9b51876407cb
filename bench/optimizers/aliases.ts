/**
 * What each optimizer costs: time a parameter, bytes of state, and how near its step is to moving its bytes once.
 *
 * @module
 */
import { configure, dispose, scope, square, sum, type Tensor, tensor, tree } from "@weft/weft";
import { itemSize } from "../../tensor/dtype.ts";
import { contestants } from "../../examples/compare_optimizers/optimizers.ts";
import type { Transform } from "@weft/weft/optim";
import { measureLimits } from "../machine/machine.ts";
import { prepare } from "./groups.ts";

const LEAVES = 8;
const SIDE = 512;

function random(seed: number): Tensor {
  let state = seed;
  const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5;
  return tensor(Float32Array.from({ length: SIDE * SIDE }, next), { shape: [SIDE, SIDE] });
}

function params(seed: number): Record<string, Tensor> {
  return Object.fromEntries(Array.from({ length: LEAVES }, (_, i) => [`leaf${i}`, random(seed + i)]));
}

/** Bytes of the tensors of a tree. */
function bytesOf(values: unknown): number {
  return tree.leaves(values).reduce<number>(
    (sum, leaf) => sum + ((leaf as Tensor).size ?? 0) * itemSize((leaf as Tensor).dtype ?? "float32"),
    0,
  );
}

/** The median of the times of a step. */
function time(step: () => void): number {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) step();
  const end = performance.now() + 300;
  while (performance.now() < end || times.length < 3) {
    const start = performance.now();
    step();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
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
      return time(prepare({ ...optimizer, step } as unknown as Transform, params(1), grads));
    });
    const state = scope(() => bytesOf(optimizer.init(params(1)))) / count;
    // Params and gradients are read, params written, and the state read and written.
    const floor = 1e3 * count * (12 + 2 * state) / rate;
    const each = (1e6 * ms / count).toFixed(3).padStart(9);
    const share = `${(100 * floor / ms).toFixed(0)} %`.padStart(14);
    console.log(`${name.padEnd(28)}${each}${state.toFixed(1).padStart(18)}${share}`);
  }
  dispose(grads);
}
