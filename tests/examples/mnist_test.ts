import { assertEquals } from "@std/assert/equals";
import { runExample } from "./run_example.ts";

Deno.test("mnist learns from a few digits and ends with the same line for the same seed", async () => {
  const args = ["--quick", "--epochs", "8", "--batch", "20", "--seed", "1"];
  const [first, second] = await Promise.all([
    runExample("mnist.ts", ...args),
    runExample("mnist.ts", ...args),
  ]);
  assertEquals([first.code, first.error], [0, ""]);
  assertEquals(first.out, second.out);
  const accuracy = Number(first.out.match(/held-out accuracy ([\d.]+) of 200 digits/)![1]);
  assertEquals(accuracy > 0.6, true, first.out);
});

Deno.test("mnist prints its options and refuses others", async () => {
  const help = await runExample("mnist.ts", "--help");
  assertEquals([help.code, help.out.includes("--epochs N")], [0, true]);
  const wrong = await runExample("mnist.ts", "--epochs", "none");
  assertEquals([wrong.code, wrong.error], [
    2,
    "error: Option --epochs expects an integer of at least 1 but got none\n",
  ]);
  const unknown = await runExample("mnist.ts", "--colour");
  assertEquals([unknown.code, unknown.error], [2, "error: Unknown option --colour: see --help\n"]);
});
