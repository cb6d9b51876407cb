/**
 * What groups cost: one optimizer over ten million numbers, alone and as four groups of leaves.
 *
 * @module
 */
import { compile, dispose, scope, type Tensor, tensor } from "@weft/weft";
import { adamW, chain, clipByGlobalNorm, groups, type Transform } from "@weft/weft/optim";
import { warmupCosine } from "@weft/weft/schedules";
import { compare } from "../basics/turns.ts";
import { normal } from "../inputs.ts";

type Params = Readonly<Record<string, Tensor>>;

const LEAVES = 20;
const SIZE = 500_000;

function tree(stream: number): Params {
  const leaf = (i: number): Tensor => tensor(normal(400, stream + i, [SIZE], 0.02).data);
  return Object.fromEntries(Array.from({ length: LEAVES }, (_, i) => [`group${i % 4}_leaf${i}`, leaf(i)]));
}

/** A compiled step that is ready to run. */
export function prepare(optimizer: Transform, params: Params, grads: Params): () => void {
  const step = compile(
    (carried: { params: Params; state: unknown }, grads: Params) => {
      const { params, state } = optimizer.step(carried.state, grads, carried.params);
      return { params, state };
    },
    { donate: [0], name: "update" },
  );
  let carried = { params, state: optimizer.init(params) };
  return () => {
    carried = scope(() => step(carried, grads));
  };
}

/** Prints the time of a step without groups and with four. */
export function groupCosts(): void {
  const adam = () =>
    adamW({ learningRate: warmupCosine({ peak: 1e-3, steps: 1000, warmupSteps: 100 }), weightDecay: 0.01 });
  const alone = chain(clipByGlobalNorm(1), adam());
  const grouped = chain(
    clipByGlobalNorm(1),
    groups([0, 1, 2, 3].map((i) => ({ name: `group${i}`, select: `group${i}_*`, transform: adam() }))),
  );
  const grads = tree(100);
  const timings = compare([
    { name: "alone", run: prepare(alone as unknown as Transform, tree(1), grads) },
    { name: "in 4 groups", run: prepare(grouped as unknown as Transform, tree(1), grads) },
  ], 4);
  console.log(`clipped AdamW over ${(LEAVES * SIZE).toLocaleString("en-US")} parameters in ${LEAVES} leaves`);
  for (const { name, median } of timings) {
    const ratio = (median / timings[0].median).toFixed(3);
    console.log(`  ${name.padEnd(14)} ${median.toFixed(2).padStart(8)} ms  x${ratio}`);
  }
  dispose(grads);
}
