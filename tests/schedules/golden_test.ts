/**
 * Every schedule against the values that optax printed in double precision.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { type OptaxOptions, scheduleFromOptax } from "./optax.ts";

interface GoldenCase {
  readonly name: string;
  readonly schedule: string;
  readonly options: OptaxOptions;
  readonly steps?: readonly number[];
  readonly values?: readonly number[];
  readonly raises?: string;
}

const file = new URL("../golden/optax_schedules.json", import.meta.url);
const { cases } = JSON.parse(Deno.readTextFileSync(file)) as { readonly cases: readonly GoldenCase[] };

for (const { name, schedule, options, steps, values, raises } of cases) {
  const call = /^optax\.(\w+)/.exec(schedule)![1];
  if (raises) {
    Deno.test(`${name} throws as optax does`, () => {
      assertThrows(() => scheduleFromOptax(call, options), RangeError);
    });
    continue;
  }
  Deno.test(`${name} has optax's values`, () => {
    assertEquals(steps!.length, values!.length);
    const ours = steps!.map(scheduleFromOptax(call, options));
    ours.forEach((value, index) =>
      assertAlmostEquals(value, values![index], 1e-12 * Math.max(1, Math.abs(values![index])))
    );
  });
}
