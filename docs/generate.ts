/**
 * Writes all generated pages of `docs/`: `deno task docs`.
 *
 * @module
 */
import { layersPage } from "./layers.ts";
import { operationsPage } from "./operations.ts";
import { promotionPage } from "./promotion.ts";

const PAGES: Readonly<Record<string, () => string>> = {
  "layers.md": layersPage,
  "operations.md": operationsPage,
  "promotion.md": promotionPage,
};

for (const [name, page] of Object.entries(PAGES)) {
  Deno.writeTextFileSync(new URL(name, import.meta.url), page());
}
