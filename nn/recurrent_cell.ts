/**
 * What a cell of recurrent layers is: one step in time, usable by itself.
 *
 * @module
 */
import { add, concatenate, matmul, random, type Shape, slice, type Tensor, zeros } from "../tensor/mod.ts";
import { checkShape, equalShapes } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, shapeError, variable } from "./check.ts";
import { zeros as noBias } from "./initializers/constant.ts";
import { checkInit, torchUniform } from "./initializers/defaults.ts";
import type { Initializer } from "./initializers/initializer.ts";
import { orthogonal } from "./initializers/orthogonal.ts";
import { lecunNormal } from "./initializers/variance_scaling.ts";
import type { Empty, Layer, LayerContext, Params, TorchForm } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** What a cell carries from step to step. */
export type CellCarry = {
  /** The output of the last step, [n, features]. */
  readonly hidden: Tensor;
  /** The memory of `lstmCell`, of the shape of `hidden`; absent in others. */
  readonly cell?: Tensor;
};

/** Params of a cell; gates stand one after the other along the last axis. */
export type RecurrentPartParams = {
  /** From the input, [inputs, gates * features]. */
  readonly inputKernel: Tensor;
  /** From the carry, [features, gates * features]. */
  readonly carryKernel: Tensor;
  /** The bias of the input's product; absent with `bias: false`. */
  readonly inputBias?: Tensor;
  /** The bias of the carry's product; absent with `bias: false`. */
  readonly carryBias?: Tensor;
};

/**
 * One step of a recurrent layer: a triple of pure functions. A step is `advance(carry, project(x))`; what depends on the
 * input alone stands apart, so that `recurrent` computes it for all steps at a time.
 */
export interface RecurrentCell<P extends Params = RecurrentPartParams> {
  /** What the cell is called in errors. */
  readonly name: string;
  /** The features of its output. */
  readonly features: number;
  /** How its params stand in torch, as weight_ih, weight_hh, bias_ih and bias_hh; absent where torch has no such cell. */
  readonly torch?: TorchForm;
  /** Makes params for inputs of a shape, without the batch axis. */
  init(
    key: Tensor,
    inputShape: Shape,
    context?: LayerContext,
  ): { readonly params: P; readonly outputShape: Shape };
  /** The carry before the first step, zeros, for a batch of inputs. */
  initCarry(x: Tensor): CellCarry;
  /** The shape of one input that fits the params. */
  inputShape(params: P, context?: LayerContext): Shape;
  /** The part of a step that depends on the input alone, [n, inputs] or [..., inputs]. */
  project(params: P, x: Tensor, context?: LayerContext): Tensor;
  /** The carry after a step, from the one before and what `project` gave. */
  advance(params: P, carry: CellCarry, projected: Tensor, context?: LayerContext): CellCarry;
  /** The carry after a step with the input [n, inputs]; its `hidden` is the output. */
  step(params: P, carry: CellCarry, x: Tensor, context?: LayerContext): CellCarry;
}

/** Options of cells. */
export interface CellOptions {
  /** The features of the carry; a positive integer. */
  readonly features: number;
  /** Whether the products have biases; true by default. */
  readonly bias?: boolean;
  /** Makes the kernels; see `init`. */
  readonly kernelInitializer?: Initializer;
  /**
   * Whose defaults make the params that no initializer is named for, "flax" or "torch"; "torch" by default. All of torch
   * are uniform within `1 / sqrt(features)`; flax has kernels of the input lecunNormal, kernels of the carry orthogonal,
   * gate by gate, and biases of zeros.
   */
  readonly init?: "flax" | "torch";
}

/** A function of a gate, as a layer: `sigmoid`, `hardSigmoid`, `relu` and so on. */
export type GateActivation = Layer<Empty, Empty>;

/** An activation that is a layer, applied to a tensor. */
export function activated(layer: GateActivation, x: Tensor): Tensor {
  return layer.apply({ params: {}, state: {} }, x).output;
}

/** One gate out of several along the last axis. */
export function gate(x: Tensor, i: number, gates: number): Tensor {
  const size = x.shape[1] / gates;
  return slice(x, [null, [i * size, (i + 1) * size]]);
}

/** What tells one cell from the others. */
export interface CellForm {
  /** What it is called in errors. */
  readonly name: string;
  /** How many gates there are. */
  readonly gates: number;
  /** Whether it has a memory beside its output. */
  readonly memory?: boolean;
  /** Whether torch has such a cell. */
  readonly torch?: boolean;
  /** The carry after a step, from both products and the carry before. */
  readonly advance: (input: Tensor, carried: Tensor, before: CellCarry) => CellCarry;
}

const torchCell: TorchForm = torchEntries([
  { kind: "params", key: "inputKernel", name: "weight_ih", axes: [1, 0] },
  { kind: "params", key: "carryKernel", name: "weight_hh", axes: [1, 0] },
  { kind: "params", key: "inputBias", name: "bias_ih" },
  { kind: "params", key: "carryBias", name: "bias_hh" },
]);

/** Kernels of gates that are made each on its own and stand one after the other. */
function byGate(gates: number, make: Initializer): Initializer {
  return (key, [rows, columns], options) => {
    const keys = random.split(key, gates);
    const shape = [rows, columns / gates];
    return concatenate(Array.from({ length: gates }, (_, i) => make(keys.at(i), shape, options)), 1);
  };
}

/** A cell that multiplies input and carry by matrices. */
export function denseCell(form: CellForm, options: CellOptions): RecurrentCell {
  const { name, gates, memory = false } = form;
  const { features, bias = true, kernelInitializer } = options;
  const flax = checkInit(name, options.init ?? "torch") === "flax";
  const makeInput = kernelInitializer ?? (flax ? lecunNormal : torchUniform);
  const makeCarry = kernelInitializer ?? (flax ? byGate(gates, orthogonal()) : torchUniform);
  const makeBias = flax ? noBias : torchUniform;
  checkPositiveInteger(name, "features", features);
  const width = gates * features;
  const fans = { fanIn: features, fanOut: features };
  const cell: RecurrentCell = {
    name,
    features,
    ...(form.torch === true ? { torch: torchCell } : {}),
    init(key, inputShape, context = {}) {
      const at = placeOf(name, context);
      checkShape(at, inputShape);
      if (inputShape.length !== 1) throw shapeError(at, "an input shape [features]", inputShape);
      const keys = random.split(key, 4);
      const params = {
        inputKernel: makeInput(
          keys.at(0),
          [inputShape[0], width],
          flax ? { fanIn: inputShape[0], fanOut: features } : fans,
        ),
        carryKernel: makeCarry(keys.at(1), [features, width], fans),
        ...(bias
          ? { inputBias: makeBias(keys.at(2), [width], fans), carryBias: makeBias(keys.at(3), [width], fans) }
          : {}),
      };
      return { params, outputShape: [features] };
    },
    initCarry(x) {
      const hidden = zeros([x.shape[0], features], { dtype: x.dtype });
      return memory ? { hidden, cell: hidden } : { hidden };
    },
    inputShape: (params, context = {}) => [
      variable(placeOf(name, context), "params", params, "inputKernel").shape[0],
    ],
    project(params, x, context = {}) {
      const at = placeOf(name, context);
      const product = matmul(x, variable(at, "params", params, "inputKernel"));
      return bias ? add(product, variable(at, "params", params, "inputBias")) : product;
    },
    advance(params, carry, projected, context = {}) {
      const at = placeOf(name, context);
      const carried = matmul(carry.hidden, variable(at, "params", params, "carryKernel"));
      const biased = bias ? add(carried, variable(at, "params", params, "carryBias")) : carried;
      return form.advance(projected, biased, carry);
    },
    step(params, carry, x, context = {}) {
      const at = placeOf(name, context);
      checkTensor(at, x);
      const [inputs] = cell.inputShape(params, context);
      if (x.rank !== 2 || x.shape[1] !== inputs) {
        throw shapeError(at, `inputs of shape [n, ${inputs}]`, x.shape);
      }
      checkCarry(at, carry, [x.shape[0], features], memory);
      return cell.advance(params, carry, cell.project(params, x, context), context);
    },
  };
  return cell;
}

/** Throws unless a carry has what it must have, of a shape. */
export function checkCarry(at: string, carry: CellCarry, shape: Shape, memory: boolean): void {
  if (memory && carry.cell === undefined) {
    throw new TypeError(`${at} expects a carry with hidden and cell but got one without cell`);
  }
  for (const part of memory ? [carry.hidden, carry.cell!] : [carry.hidden]) {
    checkTensor(at, part);
    if (!equalShapes(part.shape, shape)) {
      throw shapeError(at, `a carry of shape [${shape.join(", ")}]`, part.shape);
    }
  }
}
