/**
 * Layers that torch has too refuse bad input by errors that name them and their path.
 *
 * @module
 */
import { ROWS } from "../bad_input/nn/layers.ts";
import { assertRefused } from "../bad_input/row.ts";

Deno.test("bad input of layers is an error that names the layer, its path, what was expected and what came", () => {
  assertRefused(ROWS);
});
