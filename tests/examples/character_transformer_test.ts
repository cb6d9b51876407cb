import { assertEquals } from "@std/assert/equals";
import { runExample } from "./run_example.ts";

Deno.test("the character transformer is better than even odds and samples as much as is asked for", async () => {
  const { code, out, error } = await runExample(
    "character_transformer.ts",
    ...["--quick", "--epochs", "6", "--sample", "7", "--batch", "8"],
  );
  assertEquals([code, error], [0, ""]);
  const [, text, loss] = out.match(/^sample:\n([^]*)\nheld-out loss ([\d.]+) nats a character/m)!;
  assertEquals(text.length, 7, out);
  // The logarithm of the characters that the text has.
  assertEquals(Number(loss) < Math.log(89), true, out);
});
