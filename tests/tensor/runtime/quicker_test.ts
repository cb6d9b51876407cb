import { assertEquals } from "@std/assert/equals";
import { quickerOf } from "../../../tensor/runtime/quicker.ts";

Deno.test("quickerOf() takes the quicker way but for a few trials, and follows when that changes", () => {
  let time = 0;
  const cost: [number, number] = [3, 2];
  const taken = [0, 0];
  const way = (i: number) => (): void => {
    taken[i] += 1;
    time += cost[i];
  };
  const { run, settled } = quickerOf([way(0), way(1)], false, () => time);
  assertEquals(settled(), false);
  for (let i = 0; i < 15; i++) run();
  assertEquals(settled(), true);
  for (let i = 15; i < 20_000; i++) run();
  assertEquals(taken[0] + taken[1], 20_000);
  assertEquals(taken[0] <= 60, true, `${taken[0]} of the slower way`);
  cost[0] = 1;
  taken.fill(0);
  for (let i = 0; i < 20_000; i++) run();
  assertEquals(taken[1] <= 5000 + 60, true, `${taken[1]} of the slower way`);
});

Deno.test("quickerOf() is not misled by single times that are long", () => {
  let time = 0;
  let runs = 0;
  const taken = [0, 0];
  const { run } = quickerOf(
    [() => {
      taken[0] += 1;
      time += 2;
    }, () => {
      taken[1] += 1;
      time += ++runs % 3 === 0 ? 100 : 1;
    }],
    false,
    () => time,
  );
  for (let i = 0; i < 2000; i++) run();
  assertEquals(taken[0] <= 40, true, `${taken[0]} of the way that is slower as a rule`);
});

/** Runs of the slower second way among so many, where `disturbed` tells when the first one takes ten times as long. */
function slowerRuns(runs: number, disturbed: (run: number) => boolean): number {
  let [time, slower, at] = [0, 0, 0];
  const { run } = quickerOf(
    [() => time += disturbed(at) ? 10 : 1, () => {
      slower += 1;
      time += 2;
    }],
    false,
    () => time,
  );
  for (; at < runs; at++) run();
  return slower;
}

Deno.test("quickerOf() does not count the first runs, nor most of those in a trial that are disturbed", () => {
  assertEquals(slowerRuns(35, (run) => run < 5), 5);
  assertEquals(slowerRuns(35, (run) => run >= 9 && run < 15), 5);
});

Deno.test("quickerOf() soon looks again when another way than before was chosen", () => {
  // The trial after 5 + 10 + 20 + 10 + 40 + 10 + 80 runs goes wrong.
  assertEquals(slowerRuns(1000, (run) => run >= 175 && run < 185) <= 20 + 10 * 5, true);
});

Deno.test("quickerOf() that watches notices within a few runs that another way has become the quicker one", () => {
  let time = 0;
  const cost: [number, number] = [1, 2];
  const taken = [0, 0];
  const way = (i: number) => (): void => {
    taken[i] += 1;
    time += cost[i];
  };
  const { run } = quickerOf([way(0), way(1)], true, () => time);
  for (let i = 0; i < 5000; i++) run();
  assertEquals(taken[1] <= 45, true, `${taken[1]} of the slower way`);
  for (const [slow, quick] of [[0, 1], [1, 0]]) {
    [cost[slow], cost[quick]] = [3, 2];
    taken.fill(0);
    for (let i = 0; i < 1000; i++) run();
    assertEquals(taken[slow] <= 60, true, `${taken[slow]} of the slower way`);
    [cost[slow], cost[quick]] = [1.2, 0.5];
    for (let i = 0; i < 1000; i++) run();
  }
});
