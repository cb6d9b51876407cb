/**
 * Times kernels beside plain loops, and the training step of the digit classifier by phase. Every table is of one
 * run, in which the alternatives take turns.
 *
 * @module
 */
import { add, configure, info, matmul, scope, shutdown, tensor } from "@weft/weft";
import { stepPhases } from "./digits_step.ts";
import { compare, type Timing } from "./turns.ts";

function random(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5);
}

function print(title: string, timings: readonly Timing[], figure: (timing: Timing) => string): void {
  console.log(`\n${title}`);
  for (const timing of timings) {
    const ratio = (timing.median / timings[0].median).toFixed(2);
    console.log(
      `  ${timing.name.padEnd(34)} ${timing.median.toFixed(4).padStart(10)} ms  ${
        figure(timing).padEnd(16)
      } x${ratio}`,
    );
  }
}

function naiveMatmul(a: Float32Array, b: Float32Array, c: Float32Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
  }
}

function naiveAdd(a: Float32Array, b: Float32Array, c: Float32Array): void {
  for (let i = 0; i < c.length; i++) c[i] = a[i] + b[i];
}

function matmuls(): void {
  const gigaflops = (n: number) => ({ median }: Timing): string =>
    `${(2e-6 * n ** 3 / median).toFixed(2)} GFLOP/s`;
  configure({ threads: 1 });
  {
    const n = 512;
    const [x, y] = [random(n * n), random(n * n)];
    const [a, b] = [tensor(x, { shape: [n, n] }), tensor(y, { shape: [n, n] })];
    const out = new Float32Array(n * n);
    print(
      `matmul ${n} x ${n} x ${n}, one thread`,
      compare([
        { name: "weft", run: () => scope(() => void matmul(a, b)) },
        { name: "naive loop", run: () => naiveMatmul(x, y, out, n) },
      ]),
      gigaflops(n),
    );
  }
  const n = 960;
  const [a, b] = [tensor(random(n * n), { shape: [n, n] }), tensor(random(n * n), { shape: [n, n] })];
  // Blocks instead of turns: a change of the number of threads sends the workers home.
  const on = (threads: number): Timing => {
    configure({ threads });
    const run = (): void => scope(() => void matmul(a, b));
    const deadline = performance.now() + 5000;
    while (info().workers < threads - 1 && performance.now() < deadline) run();
    const working = info().workers + 1;
    return compare([{ name: `weft, ${working} thread${working > 1 ? "s" : ""}`, run }], 2)[0];
  };
  print(`matmul ${n} x ${n} x ${n}`, [on(1), on(2)], gigaflops(n));
}

function elementwise(): void {
  configure({ threads: 1 });
  const n = 4_000_000;
  const [x, y, out] = [random(n), random(n), new Float32Array(n)];
  const [a, b] = [tensor(x), tensor(y)];
  const bandwidth = ({ median }: Timing): string => `${(12e-6 * n / median).toFixed(2)} GB/s`;
  print(
    "add of 4,000,000 elements, one thread",
    compare([
      { name: "hand-written loop", run: () => naiveAdd(x, y, out) },
      { name: "weft", run: () => scope(() => void add(a, b)) },
    ], 2),
    bandwidth,
  );

  const [small, other] = [tensor(random(16)), tensor(random(16))];
  const repeats = 1000;
  const many = (): void => {
    for (let i = 0; i < repeats; i++) add(small, other);
  };
  print(
    `${repeats} eager adds of 16 elements`,
    compare([
      { name: "inside a scope", run: () => scope(many) },
    ]),
    ({ median }) => `${(1000 * median / repeats).toFixed(3)} us each`,
  );
}

/** Prints the tables. */
export function basics(): void {
  console.log(`deno ${Deno.version.deno}, v8 ${Deno.version.v8}, ${navigator.hardwareConcurrency} cores`);
  matmuls();
  elementwise();
  for (const threads of [1, 2]) {
    configure({ threads });
    console.log(`\nstep of the digit classifier, batch 64, ${threads} thread${threads > 1 ? "s" : ""}`);
    const phases = stepPhases();
    for (const { name, median } of phases) {
      console.log(`  ${name.padEnd(34)} ${median.toFixed(2).padStart(8)} ms`);
    }
  }
  console.log(`\nheap ${(info().heapPeak / 2 ** 20).toFixed(1)} MiB at the peak`);
  shutdown();
}
