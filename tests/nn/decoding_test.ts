/**
 * Tests of networks that go on from where they were, token by token.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  dense,
  embedding,
  layerNorm,
  learnedPositions,
  multiHeadAttention,
  type Params,
  repeat,
  residual,
  sequential,
  sinusoidalPositions,
  transformerDecoderLayer,
  transformerEncoderLayer,
} from "../../nn/mod.ts";
import { compile, concatenate, ones, random, slice, type Tensor, tensor } from "../../tensor/mod.ts";

const LENGTH = 6;

function assertClose(a: Tensor, b: Tensor): void {
  assertEquals(a.shape, b.shape);
  const wanted = b.data();
  a.data().forEach((x, i) => {
    if (!(Math.abs(x - wanted[i]) < 1e-4)) {
      throw new Error(`element ${i}: expected ${wanted[i]} but got ${x}`);
    }
  });
}

/** How a sequence is cut, such as [3, 1, 2]. */
const cuts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: LENGTH, maxLength: LENGTH }).map(
  (list) => {
    const kept: number[] = [];
    for (let left = LENGTH, i = 0; left > 0; left -= kept[i++]) kept.push(Math.min(list[i], left));
    return kept;
  },
);

const block = fc.record({
  heads: fc.constantFrom(2, 4),
  keyValueHeads: fc.constantFrom(1, 2),
  rotary: fc.boolean(),
  normFirst: fc.boolean(),
  localWindow: fc.constantFrom(undefined, 2),
});

Deno.test("encoders decode what the full pass gives, through all layers, compiled and not", () => {
  fc.assert(
    fc.property(block, cuts, fc.boolean(), ({ localWindow, ...options }, parts, isLearned) => {
      const net = sequential({
        embed: embedding({ count: 11, features: 8 }),
        positions: isLearned ? learnedPositions({ length: LENGTH + 2 }) : sinusoidalPositions,
        blocks: repeat(
          transformerEncoderLayer({
            features: 8,
            causal: true,
            ...(localWindow === undefined ? {} : { localWindow }),
            ...options,
          }),
          { count: 2 },
        ),
        norm: layerNorm(),
        head: dense({ features: 11 }),
      });
      const { params, state } = net.init(random.key(0), [LENGTH]);
      const x = tensor([[3, 1, 4, 1, 5, 9], [2, 7, 1, 8, 2, 8]], { dtype: "int32" });
      const whole = net.apply({ params, state }, x).output;
      const step = compile((kept: Params, part: Tensor) =>
        net.apply({ params, state: kept as typeof state }, part)
      );
      const outputs: Tensor[] = [];
      let kept: Params = state as Params;
      let from = 0;
      for (const [i, steps] of parts.entries()) {
        const part = slice(x, [null, [from, from + steps]]);
        const applied = i === 0
          ? net.apply({ params, state }, part, { cacheLength: LENGTH })
          : step(kept, part);
        outputs.push(applied.output);
        kept = applied.state as Params;
        from += steps;
      }
      assertClose(concatenate(outputs, 1), whole);
    }),
    { numRuns: 8 },
  );
});

Deno.test("decoders decode what the full pass gives, and keep what they see of their context", () => {
  fc.assert(
    fc.property(fc.boolean(), cuts, (normFirst, parts) => {
      const layer = transformerDecoderLayer({ features: 8, heads: 2, causal: true, normFirst });
      const net = repeat(layer, { count: 2 });
      const { params, state } = net.init(random.key(0), [LENGTH, 8]);
      const x = random.normal(random.key(1), [2, LENGTH, 8]);
      const context = random.normal(random.key(2), [2, 3, 8]);
      const contextMask = tensor([true, true, false]);
      const whole = net.apply({ params, state }, x, { context, contextMask }).output;
      let kept = state;
      let from = 0;
      const outputs = parts.map((steps, i) => {
        const part = slice(x, [null, [from, from += steps]]);
        const how = i === 0 ? { cacheLength: LENGTH, context } : {};
        const applied = net.apply({ params, state: kept }, part, { ...how, contextMask });
        kept = applied.state;
        return applied.output;
      });
      assertClose(concatenate(outputs, 1), whole);
    }),
    { numRuns: 8 },
  );
});

Deno.test("attention that norms queries and keys decodes too, and has params for the norms", () => {
  const layer = residual(
    multiHeadAttention({ heads: 2, causal: true, normalizeQueryKey: true, rotary: true }),
  );
  const { params, state } = layer.init(random.key(0), [LENGTH, 8]);
  assertEquals(params.body.queryNorm?.scale.shape, [4]);
  const x = random.normal(random.key(1), [2, LENGTH, 8]);
  const first = layer.apply({ params, state }, slice(x, [null, [0, 4]]), { cacheLength: LENGTH });
  const rest = layer.apply({ params, state: first.state }, slice(x, [null, [4, LENGTH]]));
  assertClose(concatenate([first.output, rest.output], 1), layer.apply({ params, state }, x).output);
});

Deno.test("caches of a wrong size or with lengths are errors that name the layer's path", () => {
  const net = sequential({ block: transformerEncoderLayer({ features: 8, heads: 2 }) });
  const variables = net.init(random.key(0), [3, 8]);
  const x = ones([2, 3, 8]);
  assertThrows(
    () => net.apply(variables, x, { cacheLength: 0 }),
    RangeError,
    "length to be a positive integer",
  );
  assertThrows(() => net.apply(variables, x, { cacheLength: 2 }), RangeError, "at block/selfAttention");
  assertThrows(
    () => net.apply(variables, x, { cacheLength: 3, lengths: tensor([1, 2], { dtype: "int32" }) }),
    TypeError,
    "multiHeadAttention at block/selfAttention expects no lengths where it keeps a cache",
  );
});
