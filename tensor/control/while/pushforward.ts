/**
 * Forward mode of loops with a condition.
 *
 * @module
 */
import { close, inputsOf, runBody } from "../../body.ts";
import { pushBody } from "../../forward.ts";
import { zerosOf } from "../../ops/zeros_of.ts";
import type { Pushed, PushforwardContext } from "../../rules.ts";
import type { Abstract, Tensor } from "../../tensor.ts";
import { count, cut, keep, lengthsOf, spread } from "../lists.ts";
import { activeInputs, type ApplyWhile, carriedBy, type While } from "./attributes.ts";

/** Forward mode is one loop that carries the tangents along; the condition reads the carry alone. */
export function pushWhile(
  apply: ApplyWhile,
  tangents: readonly (Tensor | null)[],
  { inputs, attributes, operation }: PushforwardContext<While>,
): Pushed {
  const { condition, body, tests, constants, sums, saves } = attributes;
  const carried = carriedBy(attributes);
  const own = carried - sums;
  const active = activeInputs(attributes, tangents.slice(tests).map((tangent) => tangent !== null));
  const [activeFixed, activeInitial] = cut(active, constants);
  const [activeOwn, activeSums] = cut(activeInitial, own);
  const [testing, fixed, initial] = cut(inputs, tests, constants);
  const [, fixedAlong, initialAlong] = cut(
    tangents.map((tangent, i) => i >= tests && active[i - tests] ? tangent ?? zerosOf(inputs[i]) : null),
    tests,
    constants,
  );
  /** A carry with its tangents: sums stay behind. */
  const joined = <T>(carry: readonly T[], along: readonly (T | null)[]): T[] => [
    ...carry.slice(0, own),
    ...keep(along.slice(0, own), activeOwn) as T[],
    ...carry.slice(own),
    ...keep(along.slice(own), activeSums) as T[],
  ];
  const parted = <T>(
    list: readonly T[],
  ): { readonly carry: readonly T[]; readonly along: readonly (T | null)[] } => {
    const [a, b, c, d] = cut(list, own, count(activeOwn), sums);
    return { carry: [...a, ...c], along: [...spread(activeOwn, b), ...spread(activeSums, d)] };
  };
  const [fixedLikes, carryLikes] = cut(inputsOf(body), constants);
  const carryBoth = joined(carryLikes, carryLikes);
  const test = close(condition.tape.name, [...inputsOf(condition).slice(0, tests), ...carryBoth], (given) => {
    const [testingNow, both] = cut(given, tests);
    return runBody(condition, [...testingNow, ...parted(both).carry]);
  });
  const likes: readonly (readonly Abstract[])[] = [fixedLikes, keep(fixedLikes, activeFixed), carryBoth];
  const step = close(`pushforward of ${body.tape.name}`, likes.flat(), (given) => {
    const [fixedNow, fixedNowAlong, both] = cut(given, ...lengthsOf(likes));
    const { carry, along } = parted(both);
    const pushed = pushBody(
      body,
      [...fixedNow, ...carry],
      [...spread(activeFixed, fixedNowAlong), ...along],
      operation,
    );
    return joined(pushed.values, pushed.values.map((value, i) => pushed.tangents[i] ?? zerosOf(value)));
  });
  const all = apply([
    ...test.captured,
    ...testing,
    ...step.captured,
    ...fixed,
    ...keep(fixedAlong, activeFixed) as Tensor[],
    ...joined(initial, initialAlong),
  ], {
    ...attributes,
    condition: test.body,
    body: step.body,
    tests: test.captured.length + tests,
    constants: step.captured.length + constants + count(activeFixed),
    sums: sums + count(activeSums),
  });
  const [both, steps, stacks] = cut(all, carryBoth.length, saves ? 1 : 0);
  const last = parted(both);
  const [stacksOwn, stacksAlong] = cut(stacks, saves ? own : 0);
  return {
    outputs: [...last.carry, ...steps, ...stacksOwn],
    tangents: [...last.along, ...steps.map(() => null), ...(saves ? spread(activeOwn, stacksAlong) : [])],
  };
}
