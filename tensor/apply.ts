/**
 * Applying a primitive: recorded where an argument is a tracer, carried out at once otherwise.
 *
 * @module
 */
import { isFloating, isHalf, itemSize } from "./dtype.ts";
import { foldScalars } from "./fold.ts";
import { fromStored, toStored, viewOf } from "./kernels/kernel.ts";
import type { Machine, Operand } from "./machine.ts";
import type { Primitive } from "./primitive.ts";
import { views } from "./runtime/heap.ts";
import { cells, elementAddress, launchNow } from "./runtime/launch.ts";
import { free, type Storage } from "./runtime/storage.ts";
import { allocateTensor, constantTensor, viewTensor } from "./make_tensor.ts";
import { checkLive, type Recorder, type Tensor } from "./tensor.ts";

/** A recorder that takes applications of primitives. */
export interface PrimitiveRecorder extends Recorder {
  /** Adds an entry and returns tracers of its outputs. */
  record(primitive: Primitive<never>, inputs: readonly Tensor[], attributes: object): readonly Tensor[];
}

/** Applies a primitive of one output. */
export function apply<A extends object>(
  primitive: Primitive<A>,
  inputs: readonly Tensor[],
  attributes: A,
): Tensor {
  return applyAll(primitive, inputs, attributes)[0];
}

/** Applies a primitive; the innermost recording among the arguments takes it. */
export function applyAll<A extends object>(
  primitive: Primitive<A>,
  inputs: readonly Tensor[],
  attributes: A,
): readonly Tensor[] {
  let recorder: Recorder | null = null;
  for (let i = 0; i < inputs.length; i++) {
    if (isHalf(inputs[i].dtype) && !takesHalves(primitive)) {
      return applyWidened(primitive, inputs, attributes);
    }
    const node = inputs[i].node;
    if (node !== null && (recorder === null || node.recorder.order > recorder.order)) {
      recorder = node.recorder;
    }
  }
  if (recorder === null) return evaluate(primitive, inputs, attributes);
  // Every recorder of a node is made by record, so it takes primitives.
  return (recorder as PrimitiveRecorder).record(primitive as Primitive<never>, inputs, attributes);
}

function takesHalves<A>({ halves, view, inline, evaluate }: Primitive<A>): boolean {
  return halves ?? (view !== undefined || inline !== undefined || evaluate !== undefined);
}

/** Applies a primitive to float16 and bfloat16 as float32; where all floats are of one of them, so are the results. */
function applyWidened<A extends object>(
  primitive: Primitive<A>,
  inputs: readonly Tensor[],
  attributes: A,
): readonly Tensor[] {
  const floats = inputs.filter(({ dtype }) => isFloating(dtype)).map(({ dtype }) => dtype);
  const wide = inputs.map((x) => isHalf(x.dtype) ? x.cast("float32") : x);
  const results = applyAll(primitive, wide, attributes);
  if (floats.some((dtype) => dtype !== floats[0])) return results;
  return results.map((x) => x.dtype === "float32" ? x.cast(floats[0]) : x);
}

let temporaries: Storage[] = [];

const eager: Machine = {
  launch: launchNow,
  temporary(dtype, shape): Operand {
    const tensor = allocateTensor(dtype, shape);
    temporaries.push(tensor.storage!);
    return tensor as Operand;
  },
  table: (tensor) => tensor as Operand,
  call(make, operands): void {
    const callee = make();
    const addresses = operands.map((operand) => elementAddress(operand) * itemSize(operand.dtype));
    // A callee may apply operations of its own, which take the cells: scalars wait elsewhere.
    const lent = operands.flatMap(({ storage }, i) => cells.includes(storage) ? [i] : []);
    const places = lent.map((i) => ({
      cell: addresses[i],
      at: eager.temporary("float64", [1]).storage.address,
    }));
    lent.forEach((i, k) => addresses[i] = places[k].at);
    try {
      for (const { cell, at } of places) views().uint8.copyWithin(at, cell, cell + 8);
      callee.run(addresses);
      for (const { cell, at } of places) views().uint8.copyWithin(cell, at, at + 8);
    } finally {
      callee.release();
    }
  },
};

/** Carries out a primitive on concrete tensors. */
export function evaluate<A extends object>(
  primitive: Primitive<A>,
  inputs: readonly Tensor[],
  attributes: A,
): readonly Tensor[] {
  for (let i = 0; i < inputs.length; i++) checkLive(inputs[i], primitive.name);
  if (primitive.evaluate !== undefined) return primitive.evaluate(inputs, attributes);
  const inferred = primitive.infer(inputs, attributes);
  if (primitive.view !== undefined) {
    const layout = primitive.view(inputs[0], attributes);
    if (layout !== null) return [viewTensor(inputs[0], layout)];
  }
  const scalar = inferred.length === 1 && inferred[0].shape.length === 0 && inferred[0].dtype !== "key";
  const folded = scalar ? foldScalars(primitive, inputs, attributes) : null;
  if (folded !== null) return [constantTensor(inferred[0].dtype, [], folded)];
  const operands = new Array<Operand>(inputs.length);
  for (let i = 0; i < inputs.length; i++) {
    operands[i] = inputs[i].storage === null ? constantOperand(inputs[i], i) : inputs[i] as Operand;
  }
  // A scalar result lives in a cell for the launch and then in the tensor itself: it takes no storage.
  if (scalar) {
    const { dtype } = inferred[0];
    const cell = cells[cells.length - 1];
    primitive.execute(
      operands,
      [{ dtype, shape: [], strides: [], offset: 0, storage: cell }],
      attributes,
      eager,
    );
    freeTemporaries();
    const stored = viewOf(views(), dtype)[cell.address / itemSize(dtype)];
    return [constantTensor(dtype, [], fromStored(dtype, stored))];
  }
  const outputs = inferred.map((output) => allocateTensor(output.dtype, output.shape));
  primitive.execute(operands, outputs as unknown as readonly Operand[], attributes, eager);
  freeTemporaries();
  return outputs;
}

function freeTemporaries(): void {
  if (temporaries.length === 0) return;
  const done = temporaries;
  temporaries = [];
  for (const storage of done) free(storage, "the operation that made it");
}

/** A constant as an operand: its value in a cell, read with strides of 0. More inputs than cells take storage. */
function constantOperand(x: Tensor, index: number): Operand {
  const { dtype, shape } = x;
  if (index < cells.length - 1) {
    const cell = cells[index];
    viewOf(views(), dtype)[cell.address / itemSize(dtype)] = toStored(dtype, x.constant);
    return { dtype, shape, strides: x.strides, offset: 0, storage: cell };
  }
  return fill(x);
}

function fill(x: Tensor): Operand {
  const whole = allocateTensor(x.dtype, x.shape);
  const start = whole.storage!.address / itemSize(x.dtype);
  viewOf(views(), x.dtype).fill(toStored(x.dtype, x.constant), start, start + x.size);
  temporaries.push(whole.storage!);
  return whole as Operand;
}

/** A constant written out into storage of its own; other tensors as they are. */
export function materialize(x: Tensor): Tensor {
  if (x.storage !== null || x.node !== null) return x;
  const whole = allocateTensor(x.dtype, x.shape);
  const start = whole.storage!.address / itemSize(x.dtype);
  viewOf(views(), x.dtype).fill(toStored(x.dtype, x.constant), start, start + x.size);
  return whole;
}
