/**
 * Runs every cell of weft in the mapping of names between frameworks.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import * as optim from "../../optim/mod.ts";
import * as schedules from "../../schedules/mod.ts";
import { random, type Tensor, tensor, tree } from "../../tensor/mod.ts";

const ROOT = new URL("../../", import.meta.url);
const page = await Deno.readTextFile(new URL("docs/api_mapping.md", ROOT));
const prelude = page.match(/```ts\n(.*?)```/s)![1];
const cells = page.split("\n").filter((line) => line.startsWith("|")).flatMap((line) =>
  Array.from(line.split("|").at(-2)!.matchAll(/`([^`]+)`/g), ([, code]) => code)
);

/** What the page defines, and each cell as a function. */
interface Page {
  readonly start: { readonly params: unknown; readonly grads: unknown };
  readonly cells: readonly (() => unknown)[];
}

async function load(): Promise<Page> {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/cells.ts`;
    const functions = cells.map((code) => `  () => (${code}),`).join("\n");
    const unused = "export const used: unknown[] = [random, tensor, schedules, rest, moving, optim, state];";
    await Deno.writeTextFile(
      file,
      `${prelude}\n${unused}\nexport const cells: (() => unknown)[] = [\n${functions}\n];\nexport const start: unknown = { grads, params };\n`,
    );
    const check = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--config", new URL("deno.json", ROOT).pathname, file],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(new TextDecoder().decode(check.stderr).match(/\[ERROR\][^]*/)?.[0] ?? "", "");
    assertEquals(check.success, true);
    return await import(`file://${file}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const { start: { params, grads }, cells: functions } = await load();

type Made = Readonly<Record<string, (...args: unknown[]) => Readonly<Record<string, unknown>>>>;

function assertFinite(values: unknown): void {
  for (const leaf of tree.leaves(values)) {
    assertEquals((leaf as Tensor).data().every(Number.isFinite), true);
  }
}

/** Takes a step of an optimizer or a scheduler, evaluates a schedule, and makes the state of what has one. */
function exercise(code: string, made: unknown): void {
  assertEquals(made === undefined || made === null, false);
  if (typeof made === "function") {
    for (let step = 0; step < 9; step++) assertEquals(Number.isFinite(made(step)), true);
    return;
  }
  if (Array.isArray(made) && typeof made[0] === "number") {
    assertEquals(made.every(Number.isFinite), true);
    return;
  }
  const { init, step, update } = made as Made;
  if (typeof init !== "function") return;
  if (typeof step !== "function" || code.startsWith("torch.GradScaler(")) {
    // An average is of params; scales start on their own.
    if (!code.startsWith("torch.AveragedModel(")) init();
    return;
  }
  if (typeof update !== "function") {
    const { state, groups } = init([{ lr: 0.1, momentum: 0.9 }]);
    assertEquals(
      Number.isFinite((step(state, groups, { metrics: 1 }).groups as { lr: number }[])[0].lr),
      true,
    );
    return;
  }
  if (code.startsWith("mindspore.thor(")) {
    // Its steps take factors of layers, which these params have none of.
    init(params);
    return;
  }
  const objective = (p: unknown): Tensor =>
    tree.leaves(p).map((leaf) => (leaf as Tensor).multiply(leaf as Tensor).sum()).reduce((a, b) => a.add(b));
  const value = objective(params);
  const extra = { value, valueFn: objective, objective };
  const given = code.startsWith("torch.SparseAdam") ? sparse() : grads;
  const next = step(init(params), given, params, extra);
  assertFinite(next.params);
}

function sparse(): unknown {
  const indices = tensor([1], { dtype: "int32" });
  return {
    conv: { weight: optim.sparseGradient({ indices, values: tensor([[1, 2]]), shape: [2, 2] }) },
    bn: { gamma: optim.sparseGradient({ indices, values: tensor([1]), shape: [2] }) },
  };
}

cells.forEach((code, i) => {
  Deno.test(`the mapping's ${code} runs`, () => exercise(code, functions[i]()));
});

Deno.test("the mapping has every name of the dialects, every schedule and every optimizer", () => {
  const names = (prefix: string, module: object) =>
    Object.entries(module).filter(([, value]) => typeof value === "function").map(([name]) => prefix + name);
  const isClass = (name: string) => /\.([A-Z]|clip)/.test(name);
  const wanted = [
    ...names("torch.", optim.torch).filter(isClass),
    ...names("mindspore.", optim.mindspore).filter((name) => !name.endsWith("StateDict")),
    ...names("mindspore.experimental.", optim.mindspore.experimental),
    ...names("schedules.", schedules),
    ...names("optim.", optim).filter(makesOptimizer),
  ];
  const code = cells.join("\n");
  assertEquals(wanted.filter((name) => !code.includes(`${name}(`) && !code.includes(`: ${name}`)), []);
});

/** Whether a function of `optim` makes an optimizer of a learning rate alone. */
function makesOptimizer(name: string): boolean {
  const key = name.slice("optim.".length);
  if (key.startsWith("scale")) return false;
  const make = (optim as unknown as Record<string, (options: object) => unknown>)[key];
  try {
    const made = make({ learningRate: 0.1, key: random.key(0) }) as Made;
    return "learningRate" in optim.hyperparameters(made.init(params));
  } catch {
    // A function of something else.
    return false;
  }
}
