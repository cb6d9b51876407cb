import { assertEquals } from "@std/assert/equals";
import { openSafetensors } from "../../tensor/io/mod.ts";
import { inFolder, runExample } from "./run_example.ts";

const GIVEN = new URL("../../examples/data/digits_torch.safetensors", import.meta.url);

Deno.test("fine tuning begins with torch's accuracy, learns turned digits and leaves the convolutions", () =>
  inFolder(async () => {
    const { code, out, error } = await runExample("fine_tuning.ts", "--quick", "--epochs", "6");
    assertEquals([code, error], [0, ""]);
    const [, torch, here] = out.match(/as torch found it ([\d.]+), here ([\d.]+)/)!;
    assertEquals(here, torch);
    assertEquals(Number(out.match(/turned by a quarter, before ([\d.]+)/)![1]) < 0.3, true, out);
    assertEquals(Number(out.match(/turned by a quarter, after ([\d.]+)/)![1]) > 0.6, true, out);
    using given = openSafetensors(GIVEN);
    using tuned = openSafetensors("fine_tuned.safetensors");
    assertEquals(Object.keys(tuned.shapes).toSorted(), Object.keys(given.shapes).toSorted());
    for (const name of Object.keys(given.shapes)) {
      const [before, after] = [given, tuned].map((source) => source.read(name).toArray());
      // Biases of dense layers are no part of what is added either.
      const stays = name.startsWith("features.") || name.endsWith(".bias");
      assertEquals(JSON.stringify(before) === JSON.stringify(after), stays, name);
    }
  }));
