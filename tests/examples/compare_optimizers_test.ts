import { assertEquals } from "@std/assert/equals";
import { contestants, type Extra } from "../../examples/compare_optimizers/optimizers.ts";
import { square, sum, type Tensor, tensor } from "../../tensor/mod.ts";

const SCRIPT = new URL("../../examples/compare_optimizers.ts", import.meta.url).pathname;

async function compare(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--allow-read", "--allow-write", SCRIPT, ...args],
  });
  const { code, stdout, stderr } = await command.output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), err: decode(stderr) };
}

Deno.test("the comparison prints a row for each optimizer and writes the plot", async () => {
  const file = await Deno.makeTempFile({ suffix: ".svg" });
  try {
    const { code, out } = await compare("--only", "sgd,adam", "--steps", "10", "--svg", file);
    assertEquals(code, 0);
    const rows = out.split("\n").filter((line) => /^(sgd|adam) +\d/.test(line));
    assertEquals(rows.map((row) => row.split(/ +/).slice(0, 2)), [["sgd", "0.0"], ["adam", "8.0"]]);
    assertEquals((await Deno.readTextFile(file)).startsWith("<svg"), true);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("the comparison names options and optimizers that it does not know", async () => {
  for (
    const [args, message] of [
      [["--stepz", "3"], "Unknown option --stepz"],
      [["--steps", "0"], "Option --steps expects an integer of at least 1 but got 0"],
      [["--only", "adm"], "but got adm"],
    ] as const
  ) {
    const { code, err } = await compare(...args);
    assertEquals({ code, named: err.includes(message) }, { code: 2, named: true }, err);
  }
});

Deno.test("every contestant takes a step", () => {
  const params = { w: tensor([[1, -2], [3, 4]]), b: tensor([0.5, -0.5]) };
  const grads = { w: tensor([[0.1, 0.2], [-0.3, 0.4]]), b: tensor([0.5, 0.1]) };
  for (const [name, { make }] of Object.entries(contestants)) {
    const optimizer = make(0.1);
    const loss = ({ w }: typeof params): Tensor => sum(square(w));
    const extra = { value: tensor(1), valueFn: loss, objective: loss } as unknown as Extra;
    const { params: next } = optimizer.step(optimizer.init(params), grads, params, extra);
    assertEquals((next as typeof params).w.shape, [2, 2], name);
  }
});
