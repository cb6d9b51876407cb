import { assertEquals } from "@std/assert/equals";
import { type Run, runExample } from "./run_example.ts";

const SCRIPT = new URL("../../examples/digits.ts", import.meta.url).pathname;

const train = (...args: readonly string[]): Promise<Run> => runExample("digits.ts", ...args);

async function withFolder(f: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await f(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("digits ends with one line of JSON and learns", async () => {
  const { code, out } = await train("--epochs", "2", "--seed", "3", "--json");
  assertEquals(code, 0);
  const line = JSON.parse(out.trim().split("\n").at(-1)!);
  assertEquals(Object.keys(line), [
    "accuracy",
    "loss",
    "epochs",
    "steps",
    "seconds",
    "stepsPerSecond",
    "heapPeakBytes",
  ]);
  assertEquals([line.epochs, line.steps], [2, 44]);
  assertEquals(line.accuracy > 0.9, true, out);
  const heaps = [...out.matchAll(/heap ([\d.]+) MiB$/gm)].map((match) => match[1]);
  assertEquals(heaps.length, 2);
  assertEquals(heaps[1], heaps[0], "the heap must not grow after the first epoch");
});

Deno.test("digits stopped half-way and resumed ends with the same bits", async () => {
  await withFolder(async (folder) => {
    const [whole, half, rest] = ["whole", "half", "rest"].map((name) => `${folder}/${name}`);
    await train("--epochs", "2", "--checkpoint", whole);
    await train("--epochs", "1", "--checkpoint", half);
    const { out } = await train("--epochs", "2", "--resume", half, "--checkpoint", rest);
    assertEquals(out.includes("after 22 steps"), true, out);
    assertEquals(await Deno.readFile(rest), await Deno.readFile(whole));
  });
});

Deno.test("digits gives the same bits with 1 and with 2 threads", async () => {
  await withFolder(async (folder) => {
    for (const threads of ["1", "2"]) {
      await train("--epochs", "1", "--threads", threads, "--checkpoint", `${folder}/${threads}`);
    }
    assertEquals(await Deno.readFile(`${folder}/1`), await Deno.readFile(`${folder}/2`));
  });
});

Deno.test("digits stops on Ctrl-C after a step, writes the checkpoint and says so", async () => {
  await withFolder(async (folder) => {
    const checkpoint = `${folder}/stopped`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-read", "--allow-write", SCRIPT, "--epochs", "50", "--checkpoint", checkpoint],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let out = "";
    let signalled = false;
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      out += chunk;
      if (!signalled && out.includes("epoch 1/50")) {
        signalled = true;
        child.kill("SIGINT");
      }
    }
    assertEquals((await child.status).code, 0);
    const stopped = out.match(/stopped after (\d+) steps: wrote (.*)/);
    assertEquals(stopped?.[2], checkpoint, out);
    const resumed = await train("--epochs", "1", "--resume", checkpoint);
    assertEquals(resumed.out.includes(`after ${stopped![1]} steps`), true, resumed.out);
  });
});

for (
  const [args, message] of [
    [["--colour"], "Unknown option --colour"],
    [["extra"], "Unknown option extra"],
    [["--epochs", "0"], "Option --epochs expects an integer of at least 1 but got 0"],
    [["--epochs", "1.5"], "Option --epochs expects an integer of at least 1 but got 1.5"],
    [["--batch", "many"], "Option --batch expects an integer of at least 1 but got many"],
    [["--batch", "100000"], "Option --batch expects at most 1437 but got 100000"],
    [["--seed=-1"], "Option --seed expects an integer of at least 0 but got -1"],
    [["--threads", "0"], "Option --threads expects an integer of at least 1 but got 0"],
    [["--data="], "Option --data expects the path of a file but got nothing"],
  ] as const
) {
  Deno.test(`digits refuses ${args.join(" ")}`, async () => {
    const { code, error, out } = await train(...args);
    assertEquals(code, 2, out);
    assertEquals(error.includes(message), true, error);
  });
}

Deno.test("digits names a data file that is missing or broken", async () => {
  await withFolder(async (folder) => {
    const missing = await train("--data", `${folder}/nothing.npz`);
    assertEquals([missing.code, missing.error.includes("nothing.npz")], [1, true], missing.error);
    await Deno.writeTextFile(`${folder}/broken.npz`, "no zip");
    const broken = await train("--data", `${folder}/broken.npz`);
    assertEquals([broken.code, broken.error.includes("broken.npz")], [1, true], broken.error);
  });
});

Deno.test("digits prints its options", async () => {
  const { code, out } = await train("--help");
  assertEquals([code, out.includes("--checkpoint FILE")], [0, true]);
});
