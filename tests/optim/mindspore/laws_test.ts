/**
 * The laws of transforms, for MindSpore's optimizers.
 *
 * @module
 */

import fc from "fast-check";
import { shutdown } from "../../../tensor/mod.ts";
import { transformLaws } from "../../laws/mod.ts";
import { OPTIMIZERS } from "./optimizers.ts";

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  for (const [law, property] of Object.entries(transformLaws(optimizer))) {
    Deno.test(`mindspore.${name} keeps ${law}`, () => {
      const shared = law === "threadsChangeNothing";
      try {
        fc.assert(property, { numRuns: shared ? 1 : 3 });
      } finally {
        if (shared) shutdown();
      }
    });
  }
}
