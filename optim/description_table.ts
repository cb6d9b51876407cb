/**
 * The table of a description.
 *
 * @module
 */

/** A row of `describe`: a transform and the leaves that it works on. */
export interface DescriptionRow {
  /** The group, with those around it before a "/"; empty outside of groups. */
  readonly group: string;
  /** The transform. */
  readonly transform: string;
  /** The number of leaves. */
  readonly leaves: number;
  /** The number of elements in all of them. */
  readonly elements: number;
  /** Bytes of the tensors in the state. */
  readonly stateBytes: number;
  /** Hyperparameters, as `hyperparameters` reads them. */
  readonly hyperparameters: Readonly<Record<string, number>>;
  /** Which of them follow a schedule, unless they are overridden. */
  readonly scheduled: readonly string[];
  /** The other options, by names made in the same way. */
  readonly options: Readonly<Record<string, number | boolean | string>>;
}

/** The rows as lines of aligned columns. */
export function formatRows(rows: readonly DescriptionRow[]): string {
  const withGroups = rows.some(({ group }) => group !== "");
  const count = (value: number): string => value.toLocaleString("en-US");
  const cells = rows.map((row) => {
    const { learningRate, ...others } = row.hyperparameters;
    const marked = (name: string, text: string): string =>
      row.scheduled.includes(name) ? `${text} (scheduled)` : text;
    return [
      ...(withGroups ? [row.group || "(all)"] : []),
      row.transform,
      count(row.leaves),
      count(row.elements),
      count(row.stateBytes),
      learningRate === undefined ? "" : marked("learningRate", formatNumber(learningRate)),
      [
        ...Object.entries(others).map(([name, value]) => marked(name, `${name} ${formatNumber(value)}`)),
        ...Object.entries(row.options).map(([name, value]) => `${name} ${value}`),
      ].join(", "),
    ];
  });
  const headings = ["transform", "leaves", "elements", "state bytes", "learning rate", "others"];
  if (withGroups) headings.unshift("group");
  const table = [headings, ...cells];
  const widths = headings.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const numeric = ["leaves", "elements", "state bytes", "learning rate"];
  return table.map((row) =>
    row.map((cell, column) =>
      numeric.includes(headings[column]) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])
    ).join("  ").trimEnd()
  ).join("\n");
}

function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
