/**
 * Cells over sequences.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { concatenate, index, random, stack, swapAxes, type Tensor, tree } from "../tensor/mod.ts";
import { checkShape, equalShapes } from "../tensor/shape.ts";
import {
  APPLY_OPTIONS,
  checkBetween,
  checkPositiveInteger,
  checkTensor,
  place,
  placeOf,
  shapeError,
} from "./check.ts";
import { dropout } from "./dropout.ts";
import { within } from "./infer_shape.ts";
import type { ApplyOptions, Empty, Layer, Params } from "./layer.ts";
import {
  type CellCarry,
  checkCarry,
  type RecurrentCell,
  type RecurrentPartParams,
} from "./recurrent_cell.ts";
import { inReadingOrder, pass, seenOf } from "./recurrent_pass.ts";
import { torchRecurrent } from "./recurrent_torch.ts";

/** How a cell goes over sequences. */
export interface SequenceOptions {
  /** How many layers stand one after the other; 1 by default. */
  readonly layers?: number;
  /** Whether each layer also goes from the end to the start, and gives both outputs; false by default. */
  readonly bidirectional?: boolean;
  /** Whether the sequence is read from its end; false by default. */
  readonly reverse?: boolean;
  /** Whether outputs stand in the order of the input, not in that of reading; true by default (flax: false). */
  readonly keepOrder?: boolean;
  /** The probability that an output is dropped between layers in training; 0 by default. */
  readonly dropoutRate?: number;
}

const SEQUENCE_OPTIONS = {
  layers: true,
  bidirectional: true,
  reverse: true,
  keepOrder: true,
  dropoutRate: true,
} as const;

/** Params of recurrent layers: `layer0`, `layer0Reverse`, `layer1` and so on. */
export type RecurrentParams<P extends Params = RecurrentPartParams> = { readonly [part: string]: P };

/** What recurrent layers carry from step to step: [layers * directions, n, features], in torch's order. */
export type RecurrentCarry = CellCarry;

/** How recurrent layers are run. */
export interface RecurrentRunOptions extends ApplyOptions {
  /** The first carry; zeros by default. */
  readonly carry?: RecurrentCarry;
}

const RECURRENT_RUN_OPTIONS = { ...APPLY_OPTIONS, carry: true } as const;

/** A layer that also takes and gives its carry. */
export interface Recurrent<P extends Params = RecurrentPartParams> extends Layer<RecurrentParams<P>, Empty> {
  /** The outputs of a batch of sequences and the last carry. */
  run(
    params: RecurrentParams<P>,
    x: Tensor,
    options?: RecurrentRunOptions,
  ): { readonly output: Tensor; readonly carry: RecurrentCarry };
}

/** The options of the cell among those of a layer. */
export function cellOptions<O extends SequenceOptions>(options: O): Omit<O, keyof SequenceOptions> {
  const {
    layers: _layers,
    bidirectional: _bidirectional,
    reverse: _reverse,
    keepOrder: _keepOrder,
    dropoutRate: _dropoutRate,
    ...cell
  } = options;
  return cell;
}

/** `recurrent` under a name of its own, for errors. */
export function recurrentLayer<P extends Params>(
  name: string,
  cell: RecurrentCell<P>,
  options: SequenceOptions,
): Recurrent<P> {
  const { layers = 1, bidirectional = false, reverse = false, keepOrder = true, dropoutRate = 0 } = options;
  const { features } = cell;
  checkPositiveInteger(name, "layers", layers);
  checkBetween(name, "dropoutRate", dropoutRate, 0, 1);
  if (bidirectional && reverse) {
    throw new RangeError(`${name} expects bidirectional or reverse but got both`);
  }
  if (!keepOrder && !reverse) {
    throw new RangeError(`${name} expects reverse where keepOrder is false but got none`);
  }
  const dropping = dropout({ rate: dropoutRate });
  const directions = bidirectional ? [false, true] : [reverse];
  const parts = Array.from(
    { length: layers },
    (_, layer) => directions.map((_, direction) => `layer${layer}${direction === 1 ? "Reverse" : ""}`),
  );

  const run: Recurrent<P>["run"] = (params, x, applied = {}) => {
    const at = place(name, applied?.path);
    checkOptionNames(at, applied, RECURRENT_RUN_OPTIONS);
    const { carry, lengths, training = false, key, path } = applied;
    checkTensor(at, x);
    const inside = cell.inputShape(params[parts[0][0]] ?? {}, { path });
    if (x.rank !== inside.length + 2 || !equalShapes(x.shape.slice(2), inside)) {
      throw shapeError(at, `inputs of shape [n, length, ${inside.join(", ")}]`, x.shape);
    }
    const zero = cell.initCarry(index(swapAxes(x, 0, 1), 0));
    const memory = zero.cell !== undefined;
    if (carry !== undefined) checkCarry(at, carry, [parts.flat().length, x.shape[0], features], memory);
    const seen = seenOf(at, x, lengths);
    const last: CellCarry[] = [];
    const output = parts.reduce((before, names, layer) => {
      const dropKey = key === undefined ? undefined : random.foldIn(key, layer);
      const input = layer === 0
        ? before
        : dropping.apply({ params: {}, state: {} }, before, { training, key: dropKey, path }).output;
      const passes = directions.map((backwards, direction) => {
        const part = names[direction];
        const first = carry === undefined
          ? zero
          : tree.map(carry, (y) => index(y as Tensor, last.length + direction)) as CellCarry;
        const given = { carry: first, seen, reverse: backwards, path };
        return within(at, x.shape, () => pass(cell, params[part], input, given));
      });
      last.push(...passes.map((one) => one.carry));
      return passes.length === 1 ? passes[0].output : concatenate(passes.map((one) => one.output), -1);
    }, x);
    const hidden = stack(last.map((one) => one.hidden));
    return {
      output: keepOrder ? output : inReadingOrder(output, lengths),
      carry: memory ? { hidden, cell: stack(last.map((one) => one.cell!)) } : { hidden },
    };
  };

  return {
    name,
    ...(cell.torch === undefined ? {} : { torch: torchRecurrent(cell.torch) }),
    init(key, inputShape, context = {}) {
      const at = placeOf(name, context);
      checkShape(at, inputShape);
      if (inputShape.length < 2) throw shapeError(at, "an input shape [length, features]", inputShape);
      const [length, ...first] = inputShape;
      const params: Record<string, P> = {};
      parts.forEach((names, layer) => {
        const inputs = layer === 0 ? first : [features * directions.length];
        names.forEach((part, direction) => {
          params[part] = cell.init(random.foldIn(key, 2 * layer + direction), inputs, context).params;
        });
      });
      return { params, state: {}, outputShape: [length, features * directions.length] };
    },
    apply: ({ params, state }, x, applied = {}) => ({ output: run(params, x, applied).output, state }),
    run,
  };
}

/**
 * A cell over sequences, as flax.linen.RNN and Bidirectional: [n, length, inputs] to the outputs of all steps,
 * [n, length, features], of both directions [n, length, 2 features]. `run` also takes and gives the carry. With
 * `lengths` a carry stays as it is after the end of its sequence, and outputs there are 0.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { hardSigmoid, lstmCell, recurrent } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = recurrent(lstmCell({ features: 4, gate: hardSigmoid }), { bidirectional: true });
 * const { params } = layer.init(random.key(0), [5, 2]);
 * const { output, carry } = layer.run(params, ones([3, 5, 2]));
 * assertEquals([output.shape, carry.cell?.shape], [[3, 5, 8], [2, 3, 4]]);
 * ```
 */
export function recurrent<P extends Params = RecurrentPartParams>(
  cell: RecurrentCell<P>,
  options: SequenceOptions = {},
): Recurrent<P> {
  checkOptionNames("recurrent", options, SEQUENCE_OPTIONS);
  if (typeof cell?.advance !== "function") {
    throw new TypeError(`recurrent expects a cell but got ${tree.describe(cell)}`);
  }
  return recurrentLayer("recurrent", cell, options);
}
