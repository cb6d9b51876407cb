/**
 * Layers that torch has too refuse bad input by errors that name them and their path.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { ENTRIES, makeLayer } from "../../docs/layers/entries.ts";
import { ones, random } from "../../tensor/mod.ts";
import { wrong } from "../bad_input/operands.ts";
import { ROWS } from "../bad_input/nn/layers.ts";
import { assertRefused } from "../bad_input/row.ts";

Deno.test("bad input of layers is an error that names the layer, its path, what was expected and what came", () => {
  assertRefused(ROWS);
});

Deno.test("every layer refuses what it is told beyond what layers know", () => {
  const key = random.key(0);
  const silent = Object.entries(ENTRIES).flatMap(([name, entry]) => {
    const layer = makeLayer(entry);
    const { params, state } = layer.init(key, entry.inputShape);
    const x = ones([1, ...entry.inputShape], { dtype: entry.dtype ?? "float32" });
    const calls: Readonly<Record<string, (context: unknown) => unknown>> = {
      init: (context) => layer.init(key, entry.inputShape, wrong(context)),
      apply: (context) => layer.apply({ params, state }, x, wrong(context)),
    };
    return Object.entries(calls).flatMap(([method, call]) =>
      [0, null, { train: true }].map((context) => {
        try {
          call(context);
          return `${name}.${method}(${Deno.inspect(context)}): nothing`;
        } catch (error) {
          const known =
            /^\w+ expects (options to be an object but got (0|null)|the options? .*\bpath\b.* but got train)$/;
          const isKnown = error instanceof TypeError && known.test(error.message);
          return isKnown ? "" : `${name}.${method}(${Deno.inspect(context)}): ${(error as Error).message}`;
        }
      })
    ).filter((text) => text !== "");
  });
  assertEquals(silent, []);
});
