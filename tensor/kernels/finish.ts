/**
 * Elementwise work on the result of a product or a convolution, a rectangle at a time as they are finished.
 *
 * The rectangle has just been written by the same thread, so it is in its cache: a pass over it costs no memory
 * traffic, and unlike arithmetic in the micro-kernel it needs no registers there, no module for each expression and
 * shape of tile, and no rounding other than that of a pass of its own. So the bits are those of the two launches,
 * whatever the tiles.
 *
 * @module
 */
import { body, element, header, operandNames } from "./elementwise.ts";
import type { ElementwiseForm } from "./elementwise_form.ts";
import { FINISHING, FINISHING_OPERANDS } from "./finishing.ts";
import { keptKernel } from "./generated.ts";
import type { KernelReference, Views } from "./kernel.ts";
import { lib } from "./scalar.ts";

/** A loop over a rectangle; `strides` is where those of its operands begin among the arguments. */
export type RectangleLoop = (
  views: Views,
  at: number,
  strides: number,
  matrix: number,
  row: number,
  height: number,
  column: number,
  width: number,
) => void;

/** How a loop over rectangles is made. */
export interface RectangleLoopMaker {
  /** Makes it for this thread. */
  readonly make: () => RectangleLoop;
  /** JavaScript that evaluates to it, for others. */
  readonly source: () => string;
}

/**
 * The kernel called `kernel`, which carries out a loop over rectangles, called `key`, on its result. Arguments: the
 * addresses of the loop's operands; the arguments of the kernel, `numbers` after its addresses; and for each operand of
 * the loop its strides over matrices, rows and columns. Units are those of the kernel.
 */
export function finishedKernel(
  kernel: string,
  numbers: number,
  operands: number,
  key: string,
  { make, source }: RectangleLoopMaker,
): KernelReference {
  const strides = operands + FINISHING_OPERANDS + numbers;
  return keptKernel(`finished|${kernel}|${numbers}|${key}`, (id) => {
    const run = FINISHING[kernel];
    let finish: RectangleLoop | null = null;
    let text: string | null = null;
    return {
      run(views, at, begin, end) {
        const loop = finish ??= make();
        run(
          views,
          at + operands,
          begin,
          end,
          (matrix, row, height, column, width) =>
            loop(views, at, at + strides, matrix, row, height, column, width),
        );
      },
      id,
      // Only other threads need the text.
      get source(): string {
        return text ??= `(() => {
const finish = ${source()};
const kernel = kernels[${JSON.stringify(kernel)}];
return (views, at, begin, end) => kernel(views, at + ${operands}, begin, end, (matrix, row, height, column, width) =>
finish(views, at, at + ${strides}, matrix, row, height, column, width));
})()`;
      },
      aligned: false,
      label: kernel,
    };
  });
}

/** The loop over rectangles of typed arrays for a form. */
export function finishLoop(form: ElementwiseForm): RectangleLoopMaker {
  const source = (): string => finishSource(form);
  return { make: () => new Function("lib", `return ${source()}`)(lib) as RectangleLoop, source };
}

/**
 * Source of the loop over a rectangle, along whose columns operands step by 0 or 1.
 */
function finishSource(form: ElementwiseForm): string {
  const names = operandNames(form);
  const dtypes = [...form.inputs, ...form.outputs];
  const scalar = form.steps.map((step) => step === "0");
  const bases = names.map((name, i) =>
    `let ${name} = p[at + ${i}] + matrix * p[strides + ${3 * i}] + row * p[strides + ${3 * i + 1}]` +
    `${scalar[i] ? "" : " + column"} | 0;\nconst ${name}s = p[strides + ${3 * i + 1}] | 0;\n`
  );
  const hoists = form.inputs.map((dtype, i) =>
    scalar[i] ? `const x${i} = ${element(dtype, names[i])};\n` : ""
  );
  const places = names.map((name, i) => element(dtypes[i], scalar[i] ? name : `${name} + j`));
  return `(views, at, strides, matrix, row, height, column, width) => {
${header(form)}${bases.join("")}for (let i = 0; i < height; i++) {
${hoists.join("")}for (let j = 0; j < width; j++) {
${body(form, places, scalar)}}
${names.map((name) => `${name} = ${name} + ${name}s | 0;\n`).join("")}}
}`;
}
