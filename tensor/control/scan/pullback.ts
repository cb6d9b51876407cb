/**
 * Reverse mode of scans.
 *
 * @module
 */
import { activeOutputs, usedInputs } from "../../body_slots.ts";
import { close, inputsOf, outputsOf, withInputs } from "../../body.ts";
import { replay } from "../../replay.ts";
import { add } from "../../ops/arithmetic.ts";
import { zerosOf } from "../../ops/zeros_of.ts";
import { pullTape } from "../../reverse.ts";
import type { PullbackContext } from "../../rules.ts";
import type { Abstract, Tensor } from "../../tensor.ts";
import { cut, keep, lengthsOf, spread } from "../lists.ts";
import { activeCarry, type ApplyScan, savingScan, type Scan } from "./attributes.ts";

/** Reverse mode is a scan in the other direction, over the carries that were saved. */
export function pullScan(
  apply: ApplyScan,
  cotangents: readonly Tensor[],
  { inputs, outputs, attributes, wanted, hasCotangent, operation, linear }: PullbackContext<Scan>,
): readonly (Tensor | null)[] {
  const whole = attributes.saves ? attributes : savingScan(attributes);
  const { body, constants, carried, sums, length, reverse, kept } = whole;
  const [fixed, initial, sources] = cut(inputs, constants, carried);
  const active = activeCarry(attributes, wanted);
  const [activeFixed, activeInitial, activeSources] = cut(active, constants, carried);
  const results = outputsOf(body).slice(carried);
  const activeResults = activeOutputs(body, active).slice(carried).map((is, i) =>
    is && hasCotangent[carried + i] === true
  );
  const made = attributes.saves ? outputs : apply(inputs, whole);
  const [, products, saved] = cut(made, carried + results.length - kept, kept);
  const summed = initial.slice(carried - sums);
  const carryCotangents = keep(cotangents.slice(0, carried), activeInitial);
  const resultCotangents = keep(cotangents.slice(carried, carried + results.length), activeResults);
  // What was saved has cotangents of its own where a pullback that read it is pulled back.
  const stackCotangents = cotangents.slice(carried + results.length);
  const stacked = initial.slice(0, carried - sums).map((_, i) =>
    activeInitial[i] && hasCotangent[carried + results.length + i] === true
  );
  const accumulators = keep(fixed, activeFixed).map(zerosOf);
  const likes = inputsOf(body);
  const [, carryLikes, partLikes] = cut(likes, constants, carried);
  const step: readonly (readonly Abstract[])[] = [
    likes.slice(0, constants),
    keep(carryLikes, activeInitial),
    accumulators,
    carryLikes.slice(0, carried - sums),
    partLikes,
    results.slice(results.length - kept),
    keep(results, activeResults),
    keep(carryLikes.slice(0, carried - sums), stacked),
  ];
  const closed = close(`pullback of ${body.tape.name}`, step.flat(), (given) => {
    const [constantsNow, carryNow, sumsNow, before, parts, productsNow, resultsNow, stacksNow] = cut(
      given,
      ...lengthsOf(step),
    );
    // What a sum was does not matter to what is added to it.
    const carryBefore = [...before, ...summed.map(zerosOf)];
    // Values of a function that is transposed are not known.
    const known = new Map(
      linear ? [] : productsNow.map((x, i) => [body.outputs[body.outputs.length - kept + i], x]),
    );
    const replayed = replay(body, [...constantsNow, ...carryBefore, ...parts], active, { linear, known });
    const pulled = pullTape({ result: null, ...replayed }, operation, linear)([
      ...spread(activeInitial, carryNow),
      ...spread(activeResults, resultsNow),
    ]);
    const [byFixed, byCarry, byParts] = cut(pulled, constants, carried);
    const stacksAll = spread(stacked, stacksNow);
    const byCarryAll = byCarry.map((g, i) => stacked[i] ? add(g!, stacksAll[i]!) : g);
    return [
      ...keep(byCarryAll, activeInitial) as Tensor[],
      ...(keep(byFixed, activeFixed) as Tensor[]).map((g, i) => add(sumsNow[i], g)),
      ...keep(byParts, activeSources) as Tensor[],
    ];
  });
  // Much of what was saved is read by no pullback on the way.
  const carry = [...carryCotangents, ...accumulators];
  const given = [...closed.captured, ...fixed];
  const parts = [...saved, ...sources, ...products, ...resultCotangents, ...keep(stackCotangents, stacked)];
  const used = usedInputs(closed.body).map((is, i) =>
    is || (i >= given.length && i < given.length + carry.length)
  );
  const givenUsed = keep(given, used);
  const pulled = apply([...givenUsed, ...carry, ...keep(parts, used.slice(given.length + carry.length))], {
    body: withInputs(closed.body, used),
    constants: givenUsed.length,
    carried: carry.length,
    sums: accumulators.length,
    length,
    reverse: !reverse,
    saves: false,
    keepsProducts: whole.keepsProducts,
    kept: 0,
  });
  const [byInitial, byFixed, bySources] = cut(pulled, carryCotangents.length, accumulators.length);
  return [
    ...spread(activeFixed, byFixed),
    ...spread(activeInitial, byInitial),
    ...spread(activeSources, bySources),
  ];
}
