/**
 * Tests of `plotSchedule` and `plotHistory`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { DOMParser } from "linkedom/worker";
import { plotHistory, plotSchedule } from "../../plot/mod.ts";
import { type Point, thin } from "../../plot/series.ts";
import { constant, linear, type Schedule } from "../../schedules/mod.ts";

interface Element {
  readonly textContent: string;
  getAttribute(name: string): string | null;
}

/** The elements of an SVG document that a selector finds. */
function find(svg: string, selector: string): readonly Element[] {
  const document = new DOMParser().parseFromString(svg, "image/svg+xml") as unknown as {
    querySelectorAll(selector: string): Iterable<Element>;
  };
  return [...document.querySelectorAll(selector)];
}

/** The points of each line of an SVG document. */
function paths(svg: string): number[][][] {
  return find(svg, 'g[aria-label="line"] path').map((path) =>
    path.getAttribute("d")!.split(/[ML]/).slice(1).map((point) => point.split(",").map(Number))
  );
}

Deno.test("plotSchedule() draws a straight line as a straight line", () => {
  const plot = plotSchedule(linear({ initial: 0, end: 1, steps: 100 }), {
    steps: 100,
    size: { width: 300, height: 200 },
  });
  const [[first, ...rest]] = paths(plot.svg());
  const last = rest[rest.length - 1];
  for (const [x, y] of rest) {
    const expected = first[1] + (last[1] - first[1]) * (x - first[0]) / (last[0] - first[0]);
    assertEquals(Math.abs(y - expected) < 0.01, true);
  }
  assertEquals([last[0] > first[0], last[1] < first[1]], [true, true]);
  assertEquals(find(plot.svg(), "svg").map((svg) => svg.getAttribute("width")), ["300"]);
});

Deno.test("plotSchedule() sketches a line for the terminal", () => {
  const plot = plotSchedule(linear({ initial: 0, end: 3, steps: 3 }), {
    steps: 3,
    title: "rate",
    textSize: { columns: 8, rows: 4 },
  });
  assertEquals(plot.text().split("\n"), [
    "rate",
    "   ▲",
    "  3┤      ┏━",
    "1.5┤    ┏━┛",
    "   │ ┏━━┛",
    "  0┤━┛",
    "   └┬──────┬▶",
    "    0      3",
  ]);
});

Deno.test("plotSchedule() names several schedules, in both forms", () => {
  const schedules = { "a < b": constant(1), other: linear({ initial: 0, end: 1, steps: 10 }) };
  const plot = plotSchedule(schedules, { steps: 10, title: "two & more" });
  const texts = find(plot.svg(), "text").map((text) => text.textContent);
  for (const text of ["a < b", "other", "two & more"]) assertEquals(texts.includes(text), true, text);
  assertEquals(paths(plot.svg()).length, 2);
  const lines = plot.text().split("\n");
  assertEquals([lines[0], lines[1], lines.includes("other")], ["two & more", "a < b", true]);
});

Deno.test("plotSchedule() reads a long schedule at whole steps", () => {
  const seen: number[] = [];
  const schedule: Schedule = (step) => {
    seen.push(step);
    return 1;
  };
  plotSchedule(schedule, { steps: 1_000_001 });
  assertEquals(seen.every(Number.isInteger), true);
  assertEquals([seen[0], seen[seen.length - 1], seen.length], [0, 1_000_001, 4097]);
});

Deno.test("plotHistory() keeps spikes and leaves gaps", () => {
  const loss = Array.from({ length: 5000 }, (_, i) => i === 1234 ? 100 : 1);
  const plot = plotHistory({ loss }, { every: 2, start: 10 });
  const [points] = paths(plot.svg());
  const top = Math.min(...points.map(([_, y]) => y));
  assertEquals(points.filter(([_, y]) => y === top).length, 1);
  assertEquals(plot.text().includes("100┤"), true);
  assertEquals(plot.text().includes("10008"), true);
  const gap = plotHistory({ loss: Float32Array.of(1, 2, NaN, 2, 1) });
  assertEquals(find(gap.svg(), 'g[aria-label="line"] path')[0].getAttribute("d")!.split("M").length, 3);
  assertEquals(plotHistory({ loss: [NaN, Infinity] }).text(), "loss\n(no finite values)");
});

Deno.test("plotHistory() leaves out what has no logarithm", () => {
  const plot = plotHistory({ loss: [0, 10, 1000, -1] }, { logarithmic: true });
  assertEquals(plot.text().includes("1000┤"), true);
  assertEquals(plot.text().includes(" 100┤"), true);
  const [points] = paths(plot.svg());
  assertEquals(points.length, 2);
});

Deno.test("thin() keeps the least and the greatest of each stretch", () => {
  const points = Array.from({ length: 100 }, (_, i): Point => [i, (i * 37) % 100]);
  const kept = thin(points, 5);
  assertEquals([kept[0], kept[kept.length - 1]], [points[0], points[99]]);
  assertEquals(kept.length <= 12, true);
  for (let i = 0; i < 5; i++) {
    const stretch = points.slice(20 * i, 20 * i + 20).toSorted(([_, a], [__, b]) => a - b);
    assertEquals([kept.includes(stretch[0]), kept.includes(stretch[19])], [true, true]);
  }
  assertEquals(thin(points, 50), points);
});

Deno.test("plotSchedule() and plotHistory() throw for what they cannot draw", () => {
  assertThrows(
    () => plotSchedule(constant(1), { steps: 0 }),
    RangeError,
    "plotSchedule expects steps to be a positive integer but got 0",
  );
  assertThrows(() => plotSchedule({}, { steps: 5 }), RangeError, "at least one schedule but got none");
  assertThrows(
    () => plotSchedule({ a: 1 as unknown as Schedule }, { steps: 5 }),
    TypeError,
    "plotSchedule expects schedules but got number for a",
  );
  assertThrows(
    () => plotSchedule(constant(1), { steps: 5, size: { width: 0, height: 10 } }),
    RangeError,
    "plotSchedule expects width to be a positive integer but got 0",
  );
  assertThrows(() => plotHistory({}), RangeError, "plotHistory expects at least one series but got none");
  assertThrows(() => plotHistory({ a: [1] }, { every: 0 }), RangeError, "every to be positive but got 0");
  assertThrows(
    () => plotHistory({ a: ["1"] as unknown as number[] }),
    TypeError,
    "plotHistory expects series of numbers but got something else in a",
  );
  assertThrows(() => plotHistory({ a: 1 as unknown as number[] }), TypeError, "something else in a");
});
