import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { DOMParser } from "linkedom/worker";
import { drawTape } from "../../plot/mod.ts";
import { exp, multiply, record, sum, type Tensor, tensor } from "../../tensor/mod.ts";

function tapeOf(name: string) {
  return record((x: Tensor) => sum(multiply(exp(x), x)), { name })(tensor([1, 2])).tape;
}

Deno.test("drawTape() has a box for each argument and entry and an arrow for each use", () => {
  for (const direction of ["down", "right"] as const) {
    const svg = drawTape(tapeOf("f"), { direction });
    const { documentElement: root } = new DOMParser().parseFromString(svg, "text/xml") as unknown as {
      readonly documentElement: { querySelectorAll(selector: string): ArrayLike<{ textContent: string }> };
    };
    const texts = Array.from(root.querySelectorAll("text"), ({ textContent }) => textContent);
    assertEquals(texts.filter((text) => !text.includes("[")), ["argument 0", "exp", "multiply", "sum"]);
    assertEquals(root.querySelectorAll("rect").length, 4);
    assertEquals(root.querySelectorAll("path[marker-end]").length, 4);
  }
});

Deno.test("drawTape() writes names as text, and refuses what it cannot draw", () => {
  assertEquals(drawTape(tapeOf("a<b")).includes("<title>a&lt;b</title>"), true);
  assertThrows(() => drawTape(tapeOf("f"), { maxEntries: 2 }), RangeError, "at most 2 entries but got 3");
  assertThrows(() => drawTape(tapeOf("f"), { direction: "up" as "down" }), RangeError, "direction");
});
