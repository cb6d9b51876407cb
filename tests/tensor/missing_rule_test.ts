import { assertEquals } from "@std/assert/equals";
import { apply } from "../../tensor/apply.ts";
import { copyInto } from "../../tensor/launch_elementwise.ts";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { definePrimitive, type Primitive } from "../../tensor/primitive.ts";

const ruleless: Primitive<object> = definePrimitive<object>({
  name: "ruleless",
  infer: ([{ dtype, shape }]) => [{ dtype, shape }],
  execute: ([x], [output], _, machine) => copyInto(x, output, machine),
});

type Vectors = (x: Tensor) => Tensor;

const bare: Vectors = (x) => apply(ruleless, [x], {});
const x = t.tensor([1, 2, 3], { dtype: "float64" });

/** What applies the primitive, by itself or inside of a program of its own. */
const PROGRAMS: Readonly<Record<string, Vectors>> = {
  itself: bare,
  checkpoint: t.checkpoint(bare),
  scan: (x) => t.scan((c: Tensor) => [bare(c), null], x, null, { length: 2 })[0],
  whileLoop: (x) =>
    t.whileLoop((c: Tensor) => t.less(t.sum(c), 0), (c: Tensor) => bare(c), x, { maxSteps: 2 }),
  cond: (x) => t.cond(t.greater(t.sum(x), 0), bare, t.exp as Vectors, x),
  compile: t.compile(bare),
};

/** What each transformation asks of a primitive, and the name under which it does. */
const TRANSFORMATIONS: Readonly<Record<string, readonly [f: (f: Vectors) => unknown, rule: string]>> = {
  grad: [(f) => t.grad((x: Tensor) => t.sum(f(x)))(x), "a pullback rule"],
  vjp: [(f) => t.vjp(f, x).pullback(x), "a pullback rule"],
  jacrev: [(f) => t.jacrev(f)(x), "a pullback rule"],
  pullback: [(f) => t.pullback(t.record(f)(x))([x]), "a pullback rule"],
  jvp: [(f) => t.jvp(f, [x], [x]), "a pushforward or a pullback rule"],
  linearize: [(f) => t.linearize(f, x).pushforward(x), "a pushforward or a pullback rule"],
  jacfwd: [(f) => t.jacfwd(f)(x), "a pushforward or a pullback rule"],
  linearTranspose: [(f) => t.linearTranspose(f, x)(x), "a pullback rule"],
  vmap: [(f) => t.vmap(f)(t.stack([x, x])), "a batching rule"],
};

for (const [program, f] of Object.entries(PROGRAMS)) {
  for (const [name, [transform, rule]] of Object.entries(TRANSFORMATIONS)) {
    Deno.test(`${name} of a primitive without a rule, in ${program}, names both`, () => {
      let message = "";
      try {
        transform(f);
      } catch (error) {
        message = error instanceof TypeError ? error.message : String(error);
      }
      assertEquals(message, `${name} expects every primitive to have ${rule} but ruleless has none`);
    });
  }
}
