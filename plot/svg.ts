/**
 * Series of points as SVG.
 *
 * @module
 */

import * as observable from "@observablehq/plot";
import { DOMParser } from "linkedom/worker";
import { type Drawing, type Series, thin } from "./series.ts";

/** What Observable Plot returns, as far as it is used here. */
interface Element {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
}

interface Row {
  readonly step: number;
  readonly value: number;
  readonly name: string;
}

/** An SVG document with a line for each series. */
export function drawSvg(series: readonly Series[], drawing: Drawing): string {
  const { title, valueLabel, logarithmic, size } = drawing;
  const rows = series.flatMap(({ name, points }) =>
    thin(points, size.width).map(([step, value]): Row => ({ step, value, name }))
  );
  const labels = series.length > 1;
  const channels = { x: "step", y: "value", z: "name", stroke: "name" };
  const last = { x: "step", y: "value", z: "name", fill: "name", text: "name", dx: 4, textAnchor: "start" };
  const svg = observable.plot({
    // There is no DOM in Deno: elements are made in a document of linkedom's.
    document: new DOMParser().parseFromString("<html></html>", "text/html") as unknown as NonNullable<
      observable.PlotOptions["document"]
    >,
    width: size.width,
    height: size.height,
    marginLeft: 56,
    marginTop: title === "" ? 20 : 40,
    marginRight: labels ? 24 + 7 * Math.max(...series.map(({ name }) => name.length)) : 20,
    x: { label: "step" },
    y: {
      label: valueLabel === "" ? null : valueLabel,
      grid: true,
      ...(logarithmic ? { type: "log", tickFormat: "~g" } : {}),
    },
    color: { domain: series.map(({ name }) => name), scheme: "observable10" },
    marks: [
      observable.lineY(rows, channels as observable.LineYOptions),
      ...(labels ? [observable.text(rows, observable.selectLast(last as observable.TextOptions))] : []),
      ...(title === "" ? [] : [heading(title)]),
    ],
  }) as unknown as Element;
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return svg.outerHTML;
}

function heading(title: string): observable.Markish {
  return observable.text([title], {
    frameAnchor: "top",
    dy: -24,
    fontSize: 13,
    fontWeight: "bold",
  } as observable.TextOptions);
}
