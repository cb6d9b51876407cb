/**
 * Recording the body of a loop or a branch, in which plain numbers may differ from run to run.
 *
 * @module
 */
import type { DType } from "./dtype.ts";
import { isTracedNumber, TracedNumber } from "./host.ts";
import { callOf, hostFunction } from "./host_function.ts";
import { cast } from "./ops/cast.ts";
import type { Primitive } from "./primitive.ts";
import { TapeRecorder } from "./tape_recorder.ts";
import { constantTensor } from "./make_tensor.ts";
import type { Tensor } from "./tensor.ts";

/** A recorder whose traced numbers are float64 scalars of its program. */
export class BodyRecorder extends TapeRecorder {
  readonly #numbers: Tensor[] = [];

  /** Its tracers have no values. */
  constructor(name: string) {
    super(name, true);
  }

  #traced(scalar: Tensor): TracedNumber {
    return new TracedNumber(this, this.#numbers.push(scalar) - 1);
  }

  override recordHost(
    fn: (...numbers: number[]) => number,
    inputs: readonly (number | TracedNumber)[],
  ): TracedNumber {
    const given = inputs.map((input) =>
      isTracedNumber(input)
        ? input.recorder.recordScalar(input, "float64")
        : constantTensor("float64", [], input)
    );
    return this.#traced(this.record(hostFunction as unknown as Primitive<never>, given, callOf(fn))[0]);
  }

  override recordValue(scalar: Tensor): TracedNumber {
    return this.#traced(cast(scalar, "float64"));
  }

  override recordScalar(number: TracedNumber, dtype: DType): Tensor {
    return cast(this.#numbers[number.index], dtype);
  }
}
