/**
 * Reverse mode of loops with a condition.
 *
 * @module
 */
import { close, inputsOf, withInputs } from "../../body.ts";
import { replay } from "../../replay.ts";
import { usedInputs } from "../../body_slots.ts";
import { add, subtract } from "../../ops/arithmetic.ts";
import { greater } from "../../ops/comparison.ts";
import { take } from "../../ops/indexing.ts";
import { zerosOf } from "../../ops/zeros_of.ts";
import { pullTape } from "../../reverse.ts";
import type { PullbackContext } from "../../rules.ts";
import type { Abstract, Tensor } from "../../tensor.ts";
import { cut, keep, lengthsOf, spread } from "../lists.ts";
import { activeInputs, type ApplyWhile, carriedBy, type While } from "./attributes.ts";

/** Reverse mode is a loop from the last step to the first, over the carries that were saved. */
export function pullWhile(
  apply: ApplyWhile,
  cotangents: readonly Tensor[],
  { inputs, outputs, attributes, wanted, hasCotangent, operation, linear }: PullbackContext<While>,
): readonly (Tensor | null)[] {
  const { body, tests, constants, sums, maxSteps } = attributes;
  if (maxSteps === null) {
    throw new TypeError(
      `${operation} expects whileLoop to have maxSteps, as reverse mode keeps every step, but got none`,
    );
  }
  const carried = carriedBy(attributes);
  const own = carried - sums;
  const [, fixed, initial] = cut(inputs, tests, constants);
  const active = activeInputs(attributes, wanted.slice(tests));
  const [activeFixed, activeInitial] = cut(active, constants);
  const all = attributes.saves ? outputs : apply(inputs, { ...attributes, saves: true });
  const [, [steps], stacks] = cut(all, carried, 1);
  const summed = initial.slice(own);
  const [carryCotangents, , stackCotangents] = cut(cotangents, carried, 1);
  const stacked = stacks.map((_, i) => activeInitial[i] && hasCotangent[carried + 1 + i] === true);
  const accumulators = keep(fixed, activeFixed).map(zerosOf);
  const given = keep(stackCotangents, stacked);
  const carry: readonly (readonly Tensor[])[] = [
    [steps],
    keep(carryCotangents, activeInitial),
    accumulators,
  ];
  const likes: readonly (readonly Abstract[])[] = [
    inputsOf(body).slice(0, constants),
    stacks,
    given,
    ...carry,
  ];
  const condition = close("whileLoop", carry.flat(), ([left]) => [greater(left, 0)]);
  const back = close(`pullback of ${body.tape.name}`, likes.flat(), (values) => {
    const [fixedNow, stacksNow, givenNow, [left], carryNow, sumsNow] = cut(values, ...lengthsOf(likes));
    const step = subtract(left, 1);
    const before = [...stacksNow.map((stack) => take(stack, step)), ...summed.map(zerosOf)];
    const replayed = replay(body, [...fixedNow, ...before], active, { linear });
    const pulled = pullTape({ result: null, ...replayed }, operation, linear)(
      spread(activeInitial, carryNow),
    );
    const [byFixed, byCarry] = cut(pulled, constants);
    const extra = spread(stacked, givenNow);
    const byCarryAll = byCarry.map((g, i) => stacked[i] ? add(g!, take(extra[i]!, step)) : g);
    return [
      step,
      ...keep(byCarryAll, activeInitial) as Tensor[],
      ...(keep(byFixed, activeFixed) as Tensor[]).map((g, i) => add(sumsNow[i], g)),
    ];
  });
  // Much of what was saved is read by no pullback on the way.
  const constantsAll = [...back.captured, ...fixed, ...stacks, ...given];
  const used = usedInputs(back.body).map((is, i) => is || i >= constantsAll.length);
  const constantsUsed = keep(constantsAll, used);
  const pulled = apply([...condition.captured, ...constantsUsed, ...carry.flat()], {
    condition: condition.body,
    body: withInputs(back.body, used),
    tests: condition.captured.length,
    constants: constantsUsed.length,
    sums: accumulators.length,
    maxSteps,
    atLimit: "stop",
    saves: false,
  });
  const [, byInitial, byFixed] = cut(pulled, 1, carry[1].length);
  return [
    ...inputs.slice(0, tests).map(() => null),
    ...spread(activeFixed, byFixed),
    ...spread(activeInitial, byInitial),
  ];
}
