import { assertEquals } from "@std/assert/equals";
import { inFolder, runExample } from "./run_example.ts";

Deno.test("the autoencoder is better than the mean digit and writes a picture", () =>
  inFolder(async () => {
    const { code, out, error } = await runExample("autoencoder.ts", "--quick", "--epochs", "5");
    assertEquals([code, error], [0, ""]);
    const share = Number(out.match(/, ([\d.]+)% of that of the mean digit/)![1]);
    assertEquals(share < 80, true, out);
    const svg = await Deno.readTextFile("autoencoder.svg");
    assertEquals(svg.match(/<rect /g)!.length, 2 * 12 * 64);
  }));
