/**
 * Tapes as graphs.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { graphlib, layout } from "@dagrejs/dagre";
import type { Tape } from "../tensor/primitive.ts";
import * as tree from "../tensor/tree.ts";

/** Options of {@linkcode drawTape}. */
export interface DrawTapeOptions {
  /** Which way results flow: "down", the default, or "right". */
  readonly direction?: "down" | "right";
  /** The most entries that are drawn; a longer tape is an error. @default {2000} */
  readonly maxEntries?: number;
}

const DRAW_TAPE_OPTIONS = { direction: true, maxEntries: true } as const;

/** A box of the graph. */
interface Box {
  readonly kind: "input" | "constant" | "entry";
  readonly lines: readonly string[];
}

const FONT_SIZE = 12;
const LINE_HEIGHT = 16;
const CHARACTER = 7.3;
const FILLS = { input: "#dbeafe", constant: "#fef3c7", entry: "#ffffff" } as const;

/**
 * A tape as an SVG document: a box for each argument, constant and entry, with the shape of what it gives, and an arrow
 * for each use. The boxes are laid out by dagre. Entries whose result nobody uses are dashed.
 *
 * @throws {RangeError} If the tape has more entries than are drawn.
 *
 * @example
 * ```ts
 * import { record, sum, tanh, tensor, type Tensor } from "@weft/weft";
 * import { drawTape } from "@weft/weft/plot";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { tape } = record((x: Tensor) => sum(tanh(x)), { name: "f" })(tensor([1, 2]));
 * const svg = drawTape(tape); // for Deno.writeTextFile("f.svg", svg)
 * assertEquals(svg.startsWith("<svg") && svg.includes("tanh"), true);
 * ```
 */
export function drawTape(tape: Tape, options: DrawTapeOptions = {}): string {
  checkOptionNames("drawTape", options, DRAW_TAPE_OPTIONS);
  const { direction = "down", maxEntries = 2000 } = options;
  if (direction !== "down" && direction !== "right") {
    throw new RangeError(`drawTape expects direction "down" or "right" but got ${String(direction)}`);
  }
  if (!Array.isArray((tape as Partial<Tape> | undefined)?.entries)) {
    throw new TypeError(`drawTape expects a tape but got ${tree.describe(tape)}`);
  }
  if (tape.entries.length > maxEntries) {
    throw new RangeError(
      `drawTape expects a tape of at most ${maxEntries} entries but got ${tape.entries.length}: raise maxEntries`,
    );
  }
  const boxes: Box[] = [];
  const source = new Map<number, number>();
  const add = (kind: Box["kind"], slots: readonly number[], head: string): number => {
    const shapes = slots.map((slot) => `${tape.slots[slot].dtype}[${tape.slots[slot].shape.join(", ")}]`);
    boxes.push({ kind, lines: [head, ...shapes] });
    for (const slot of slots) source.set(slot, boxes.length - 1);
    return boxes.length - 1;
  };
  tape.inputs.forEach((slot, i) => add("input", [slot], `argument ${i}`));
  for (const { slot } of tape.constants) add("constant", [slot], "constant");
  const edges: (readonly [from: number, to: number])[] = [];
  for (const { primitive, inputs, outputs } of tape.entries) {
    const box = add("entry", outputs, primitive.name);
    for (const slot of new Set(inputs)) edges.push([source.get(slot)!, box]);
  }
  return draw(tape.name, boxes, edges, direction);
}

function draw(
  name: string,
  boxes: readonly Box[],
  edges: readonly (readonly [number, number])[],
  direction: "down" | "right",
): string {
  const graph = new graphlib.Graph();
  graph.setGraph({
    rankdir: direction === "down" ? "TB" : "LR",
    nodesep: 16,
    ranksep: 32,
    marginx: 8,
    marginy: 8,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  boxes.forEach(({ lines }, i) => {
    const width = Math.max(...lines.map((line) => line.length)) * CHARACTER + 16;
    graph.setNode(String(i), { width, height: lines.length * LINE_HEIGHT + 8 });
  });
  for (const [from, to] of edges) graph.setEdge(String(from), String(to));
  layout(graph);
  const used = new Set(edges.map(([from]) => from));
  const parts = edges.map(([from, to]) => {
    const { points } = graph.edge(String(from), String(to)) as {
      points: readonly { x: number; y: number }[];
    };
    const path = points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join(
      "",
    );
    return `<path d="${path}" fill="none" stroke="#64748b" marker-end="url(#arrow)"/>`;
  });
  boxes.forEach((box, i) => {
    const { x, y, width, height } = graph.node(String(i)) as {
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    };
    const radius = box.kind === "entry" ? 3 : height / 2;
    const dash = box.kind === "entry" && !used.has(i) ? ' stroke-dasharray="4 3"' : "";
    parts.push(
      `<rect x="${(x - width / 2).toFixed(1)}" y="${(y - height / 2).toFixed(1)}" width="${
        width.toFixed(1)
      }" ` +
        `height="${height.toFixed(1)}" rx="${radius}" fill="${FILLS[box.kind]}" stroke="#334155"${dash}/>`,
    );
    box.lines.forEach((line, k) => {
      const top = y - height / 2 + 4 + (k + 0.75) * LINE_HEIGHT;
      const weight = k === 0 ? ' font-weight="bold"' : "";
      parts.push(
        `<text x="${x.toFixed(1)}" y="${top.toFixed(1)}" text-anchor="middle"${weight}>${
          escape(line)
        }</text>`,
      );
    });
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${Math.ceil(width)} ${
    Math.ceil(height)
  }" ` +
    `font-family="ui-monospace, monospace" font-size="${FONT_SIZE}">` +
    `<title>${escape(name)}</title>` +
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">` +
    `<path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>${parts.join("")}</svg>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
