import { assertEquals } from "@std/assert/equals";
import { runExample } from "./run_example.ts";

for (const program of ["character_transformer.ts", "character_lstm.ts"]) {
  Deno.test(`${program} is better than even odds and samples as much as is asked for`, async () => {
    const { code, out, error } = await runExample(
      program,
      ...["--quick", "--epochs", "6", "--sample", "7", "--batch", "8"],
    );
    assertEquals([code, error], [0, ""]);
    const [, text, loss] = out.match(/^sample:\n([^]*)\nheld-out loss ([\d.]+) nats a character/m)!;
    assertEquals(text.length, 7, out);
    // The logarithm of the characters that the text has.
    assertEquals(Number(loss) < Math.log(89), true, out);
  });
}
