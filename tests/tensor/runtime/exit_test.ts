/**
 * A process exits by itself, whatever its workers are doing.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";

const RUNTIME = new URL("../../../tensor/runtime/", import.meta.url).href;

const HEAD = `
import { configure, info } from "${RUNTIME}configure.ts";
import { allocate, ARGUMENTS, views } from "${RUNTIME}heap.ts";
import { run } from "${RUNTIME}run.ts";
import { kernelFromSource } from "${RUNTIME}../kernels/source.ts";
configure({ threads: 3 });
const source = "(views, at, begin, end) => { for (let i = begin; i < end; i += 1) { let s = i; " +
  "for (let j = 0; j < 2000; j += 1) s = Math.sqrt(s + j); views.float32[views.float64[at] + i] = s; } }";
const slow = { run: kernelFromSource(source), id: -1, source };
views().float64[ARGUMENTS] = allocate(4 * 1000) / 4;
`;

const WORK = `
const deadline = performance.now() + 20000;
while (info().workers < 2 && performance.now() < deadline) run(slow, ARGUMENTS, 1000, 10);
console.log(info().workers);
`;

/** Runs a program without permissions; milliseconds from its last line to its end. */
async function runProgram(program: string): Promise<{ code: number; output: string; delay: number }> {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    await Deno.writeTextFile(path, program);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-check", "--config", config, path],
      signal: AbortSignal.timeout(60_000),
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    const delay = Date.now() - Number(lines.pop());
    return { code, output: lines.join("\n") + new TextDecoder().decode(stderr), delay };
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("a process that started no workers exits", async () => {
  const { code, output, delay } = await runProgram(
    `${HEAD} run(slow, ARGUMENTS, 10, 5); console.log(Date.now());`,
  );
  assertEquals({ code, output }, { code: 0, output: "" });
  assertEquals(delay < 1000, true, `exited after ${delay} ms`);
});

Deno.test("a process with workers exits", async () => {
  const { code, output, delay } = await runProgram(`${HEAD}${WORK} console.log(Date.now());`);
  assertEquals({ code, output }, { code: 0, output: "2" });
  assertEquals(delay < 1000, true, `exited after ${delay} ms`);
});

Deno.test("a process whose workers are still starting exits", async () => {
  const { code, output, delay } = await runProgram(
    `${HEAD} run(slow, ARGUMENTS, 1000, 10); console.log(Date.now());`,
  );
  assertEquals({ code, output }, { code: 0, output: "" });
  assertEquals(delay < 1000, true, `exited after ${delay} ms`);
});

Deno.test("a process with workers exits after an uncaught error", async () => {
  const { code, output, delay } = await runProgram(
    `${HEAD}${WORK} console.log(Date.now()); throw new Error("on purpose");`,
  );
  assertEquals(code, 1);
  assertEquals(output.includes("on purpose"), true);
  assertEquals(delay < 1000, true, `exited after ${delay} ms`);
});

Deno.test("without Worker everything runs on one thread", async () => {
  const { code, output } = await runProgram(`
    delete globalThis.Worker;
    const { configure, info } = await import("${RUNTIME}configure.ts");
    const { ARGUMENTS, memory } = await import("${RUNTIME}heap.ts");
    const { run } = await import("${RUNTIME}run.ts");
    configure({ threads: 4 });
    let units = 0;
    const kernel = (views, at, begin, end) => { units += end - begin; };
    run({ run: kernel, id: -1, source: "null" }, ARGUMENTS, 100, 10);
    console.log(units, info().workers);
    console.log(Date.now());
  `);
  assertEquals({ code, output }, { code: 0, output: "100 0" });
});

Deno.test("workers that cannot start are one warning, and results are right", async () => {
  const { code, output } = await runProgram(`
    let warnings = 0;
    console.warn = () => { warnings += 1; };
    globalThis.Worker = class { constructor() { throw new Error("not here"); } };
    ${HEAD.replaceAll(/^import \{(.*)\} from (.*);$/gm, "const {$1} = await import($2);")}
    let units = 0;
    const kernel = (views, at, begin, end) => { slow.run(views, at, begin, end); units += end - begin; };
    for (let i = 0; i < 3; i += 1) run({ run: kernel, id: -2, source: "null" }, ARGUMENTS, 1000, 10);
    console.log(units, warnings);
    console.log(Date.now());
  `);
  assertEquals({ code, output }, { code: 0, output: "3000 1" });
});

Deno.test("a worker that dies in mid-work is an error and one warning, and later work is right", async () => {
  const { code, output } = await runProgram(`
    let warnings = 0;
    console.warn = () => { warnings += 1; };
    ${HEAD}${WORK}
    const endless = { run: () => {}, id: -2, source: "() => { for (;;); }" };
    let message = "";
    try {
      for (let i = 0; i < 10000; i += 1) run(endless, ARGUMENTS, 10000, 1);
    } catch (error) {
      message = error.message;
    }
    let units = 0;
    const kernel = (views, at, begin, end) => { units += end - begin; };
    for (let i = 0; i < 3; i += 1) run({ run: kernel, id: -3, source: "null" }, ARGUMENTS, 1000, 10);
    console.log(message.includes("worker died"), units, warnings, info().workers);
    console.log(Date.now());
    // What stands for the dead worker never ends.
    Deno.exit(0);
  `);
  assertEquals({ code, output }, { code: 0, output: "2\ntrue 3000 1 0" });
});

/** Has workers run `inserted` in place of `Atomics.add`, which claims a chunk where `claims`. */
const watched = (inserted: string): string => `
  const { WORKER_SOURCE } = await import("${RUNTIME}worker.generated.ts");
  const { CONTROL } = await import("${RUNTIME}control.ts");
  const Real = globalThis.Worker;
  const workers = [];
  globalThis.Worker = class extends Real {
    constructor(url, options) {
      const watch = "const add = Atomics.add; let claimed = 0; Atomics.add = (words, at, value) => {" +
        "const claims = at === " + CONTROL.NEXT + "; const result = add(words, at, value);" +
        ${JSON.stringify(inserted)} + "return result; };";
      super("data:text/javascript," + encodeURIComponent(watch + WORKER_SOURCE), options);
      workers.push(this);
    }
  };
  let warnings = 0;
  console.warn = () => { warnings += 1; };
  const { compile, configure, info, matmul, ones, random, scope } = await import("${RUNTIME}../mod.ts");
  const x = random.uniform(random.key(0), [400, 400]);
  configure({ threads: 1 });
  const expected = matmul(x, x).toArray().join();
  configure({ threads: 3 });
`;

Deno.test("a worker that dies in a compiled step is an error, loses at most what was donated", async () => {
  const { code, output } = await runProgram(`
    ${watched("if (claims && ++claimed === 3) for (;;);")}
    const step = compile((x, y) => x.add(matmul(y, y)), { donate: [0] });
    const kept = ones([400, 400]);
    let donated;
    let last;
    let message = "";
    try {
      for (let i = 0; i < 1000; i += 1) step(donated = x.add(last = i), kept);
    } catch (error) {
      message = error.message;
    }
    let rightOrLost;
    // What was donated is as it was where nothing had been written over it.
    try {
      rightOrLost = donated.toArray().join() === x.add(last).toArray().join();
    } catch (error) {
      // The step before may have been the last one, if an addition died.
      rightOrLost = /was freed by (its donation to|a failure of) /.test(error.message);
    }
    const right = matmul(x, x).toArray().join() === expected && step(x.multiply(0), x).toArray().join() === expected;
    console.log(message.includes("worker died"), right, rightOrLost);
    console.log(kept.sum().item(), warnings, info().workers);
    console.log(Date.now());
    Deno.exit(0);
  `);
  assertEquals({ code, output }, {
    code: 0,
    output: "true true true\n160000 1 0",
  });
});

Deno.test("a worker that ends while it is idle leaves results right", async () => {
  const { code, output } = await runProgram(`
    ${watched("")}
    const deadline = performance.now() + 20000;
    while (info().workers < 2 && performance.now() < deadline) scope(() => void matmul(x, x));
    workers[0].terminate();
    let right = true;
    for (let i = 0; i < 50; i += 1) right &&= scope(() => matmul(x, x).toArray().join() === expected);
    console.log(right);
    console.log(Date.now());
  `);
  assertEquals({ code, output }, { code: 0, output: "true" });
});

Deno.test("workers that fail when they load are one warning, and results are right before and after", async () => {
  const { code, output } = await runProgram(`
    let warnings = 0;
    console.warn = () => { warnings += 1; };
    const Real = globalThis.Worker;
    globalThis.Worker = class extends Real {
      constructor(url, options) { super("data:text/javascript,throw new Error('not here')", options); }
    };
    ${HEAD.replaceAll(/^import \{(.*)\} from (.*);$/gm, "const {$1} = await import($2);")}
    let units = 0;
    const kernel = (views, at, begin, end) => { slow.run(views, at, begin, end); units += end - begin; };
    const work = () => { for (let i = 0; i < 3; i += 1) run({ run: kernel, id: -2, source: "null" }, ARGUMENTS, 1000, 10); };
    work();
    const before = units;
    const deadline = performance.now() + 5000;
    while (warnings === 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    work();
    await new Promise((resolve) => setTimeout(resolve, 100));
    console.log(before, units, warnings, info().workers);
    console.log(Date.now());
  `);
  // The host tells of the worker's error as well.
  const line = "3000 6000 1 0";
  assertEquals({ code, line: output.slice(0, line.length) }, { code: 0, line });
});
