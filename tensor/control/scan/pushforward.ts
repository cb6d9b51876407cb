/**
 * Forward mode of scans.
 *
 * @module
 */
import { activeOutputs } from "../../body_slots.ts";
import { close, inputsOf, outputsOf } from "../../body.ts";
import { pushBody } from "../../forward.ts";
import { zerosOf } from "../../ops/zeros_of.ts";
import type { Pushed, PushforwardContext } from "../../rules.ts";
import type { Abstract, Tensor } from "../../tensor.ts";
import { count, cut, keep, lengthsOf, spread } from "../lists.ts";
import { activeCarry, type ApplyScan, type Scan } from "./attributes.ts";

/** Forward mode is one scan that carries the tangents along. */
export function pushScan(
  apply: ApplyScan,
  tangents: readonly (Tensor | null)[],
  { inputs, attributes, operation }: PushforwardContext<Scan>,
): Pushed {
  const { body, constants, carried, sums, saves } = attributes;
  const active = activeCarry(attributes, tangents.map((tangent) => tangent !== null));
  const [activeFixed, activeInitial, activeSources] = cut(active, constants, carried);
  const along = tangents.map((tangent, i) => active[i] ? tangent ?? zerosOf(inputs[i]) : null);
  const [fixed, initial, sources] = cut(inputs, constants, carried);
  const [fixedAlong, initialAlong, sourcesAlong] = cut(along, constants, carried);
  const own = carried - sums;
  const [activeOwn, activeSums] = [activeInitial.slice(0, own), activeInitial.slice(own)];
  const activeResults = activeOutputs(body, active).slice(carried);
  /** A carry with its tangents: sums stay behind. */
  const joined = <T>(carry: readonly T[], carryAlong: readonly (T | null)[]): T[] => [
    ...carry.slice(0, own),
    ...keep(carryAlong.slice(0, own), activeOwn) as T[],
    ...carry.slice(own),
    ...keep(carryAlong.slice(own), activeSums) as T[],
  ];
  const parted = <T>(
    list: readonly T[],
  ): { readonly carry: readonly T[]; readonly along: readonly (T | null)[] } => {
    const [a, b, c, d] = cut(list, own, count(activeOwn), sums);
    return { carry: [...a, ...c], along: [...spread(activeOwn, b), ...spread(activeSums, d)] };
  };
  const likes = inputsOf(body);
  const [, carryLikes, partLikes] = cut(likes, constants, carried);
  const step: readonly (readonly Abstract[])[] = [
    likes.slice(0, constants),
    keep(likes.slice(0, constants), activeFixed),
    joined(carryLikes, carryLikes),
    partLikes,
    keep(partLikes, activeSources),
  ];
  const closed = close(`pushforward of ${body.tape.name}`, step.flat(), (given) => {
    const [fixedNow, fixedNowAlong, joinedNow, parts, partsAlong] = cut(
      given,
      ...lengthsOf(step),
    );
    const { carry, along: carryAlong } = parted(joinedNow);
    const pushed = pushBody(body, [...fixedNow, ...carry, ...parts], [
      ...spread(activeFixed, fixedNowAlong),
      ...carryAlong,
      ...spread(activeSources, partsAlong),
    ], operation);
    const whole = pushed.values.map((value, i) => pushed.tangents[i] ?? zerosOf(value));
    return [
      ...joined(pushed.values.slice(0, carried), whole.slice(0, carried)),
      ...pushed.values.slice(carried),
      ...keep(whole.slice(carried), activeResults),
    ];
  });
  const all = apply([
    ...closed.captured,
    ...fixed,
    ...keep(fixedAlong, activeFixed) as Tensor[],
    ...joined(initial, initialAlong),
    ...sources,
    ...keep(sourcesAlong, activeSources) as Tensor[],
  ], {
    ...attributes,
    body: closed.body,
    constants: closed.captured.length + constants + count(activeFixed),
    carried: carried + count(activeInitial),
    sums: sums + count(activeSums),
    kept: 0,
  });
  const results = outputsOf(body).length - carried;
  const [carry, outputs, outputsAlong, saved] = cut(
    all,
    carried + count(activeInitial),
    results,
    count(activeResults),
  );
  const last = parted(carry);
  const [savedOwn, savedAlong] = saves ? cut(saved, own) : [[], []];
  return {
    outputs: [...last.carry, ...outputs, ...savedOwn],
    tangents: [
      ...last.along,
      ...spread(activeResults, outputsAlong),
      ...(saves ? spread(activeOwn, savedAlong) : []),
    ],
  };
}
