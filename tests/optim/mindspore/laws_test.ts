/**
 * The laws of transforms, for MindSpore's optimizers.
 *
 * @module
 */

import fc from "fast-check";
import { type AnyTransform, mindspore } from "../../../optim/mod.ts";
import { shutdown } from "../../../tensor/mod.ts";
import { transformLaws } from "../../laws/mod.ts";
import { OPTIMIZERS } from "./optimizers.ts";

const experimental: Readonly<Record<string, AnyTransform>> = {
  "experimental.Adam": mindspore.experimental.Adam({ lr: 0.1, weightDecay: 0.1 }),
  "experimental.AdamW": mindspore.experimental.AdamW({ lr: 0.1, betas: [0.8, 0.9] }),
};

for (const [name, optimizer] of Object.entries({ ...OPTIMIZERS, ...experimental })) {
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
