import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  assemble,
  call,
  type FunctionBuilder,
  instantiate,
  type ModuleBuilder,
  tee,
} from "../../../../tensor/kernels/simd/assembler.ts";
import { signed, unsigned } from "../../../../tensor/kernels/simd/encoding.ts";
import { type Expression, select, type ValueType } from "../../../../tensor/kernels/simd/expression.ts";
import { f32, f64, i32, i64 } from "../../../../tensor/kernels/simd/scalar.ts";
import { f32x4, f64x2, i32x4, i64x2, i8x16, v128 } from "../../../../tensor/kernels/simd/vector.ts";

type Functions = Readonly<Record<string, (...values: readonly (number | bigint)[]) => number | bigint>>;

function memoryOf(shared: boolean): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 2, maximum: 2, shared });
}

function functionsOf(define: (module: ModuleBuilder) => void, memory = memoryOf(true)): Functions {
  return instantiate(assemble(define), memory) as Functions;
}

/** What an expression without operands evaluates to. */
function valueOf<T extends ValueType>(expression: Expression<T>): number | bigint {
  return functionsOf((module) => void module.define("f", [], expression.type, () => expression)).f();
}

/** The four lanes that an expression leaves, as `read` sees them. */
function lanesOf(expression: Expression<"v128">, write: readonly number[] = []): Float32Array {
  const memory = memoryOf(false);
  new Float32Array(memory.buffer).set(write, 16);
  functionsOf((module) => {
    module.define("f", [], null, (f) => f.store("v128", 0, expression));
  }, memory).f();
  return new Float32Array(memory.buffer, 0, 4);
}

Deno.test("unsigned() and signed() are LEB128", () => {
  const read = (bytes: readonly number[], sign: boolean): bigint => {
    const value = bytes.reduce((sum, byte, i) => sum | BigInt(byte & 127) << BigInt(7 * i), 0n);
    return sign ? BigInt.asIntN(7 * bytes.length, value) : value;
  };
  fc.assert(fc.property(fc.maxSafeNat(), (n) => assertEquals(read(unsigned(n), false), BigInt(n))));
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (n) => assertEquals(read(signed(n), true), n)),
  );
  assertEquals(unsigned(624485), [0xe5, 0x8e, 0x26]);
  assertEquals([signed(63), signed(64), signed(-64), signed(-65)], [[63], [192, 0], [64], [191, 127]]);
});

Deno.test("constants of any size survive", () => {
  const words = fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 0, -1));
  fc.assert(fc.property(words, (n) => assertEquals(valueOf(i32.add(n, 0)), n)), { numRuns: 50 });
  assertEquals(valueOf(i32.add(0xffff_ffff, 0)), -1);
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (n) => assertEquals(valueOf(i64.add(n, 0n)), n)),
    { numRuns: 50 },
  );
  fc.assert(fc.property(fc.double({ noNaN: true }), (n) => assertEquals(valueOf(f64.add(n, -0)), n)), {
    numRuns: 50,
  });
  assertEquals(valueOf(f32.add(0.1, 0)), Math.fround(0.1));
});

Deno.test("scalar instructions are what their names say", () => {
  assertEquals(valueOf(i32.divS(-7, 2)), -3);
  assertEquals(valueOf(i32.remU(-1, 10)), 5);
  assertEquals(valueOf(i32.shrU(-1, 28)), 15);
  assertEquals([i32.gtS(-1, 1), i32.gtU(-1, 1), i32.leU(3, 3), i32.eqz(0)].map(valueOf), [0, 1, 1, 1]);
  assertEquals([i32.clz(1), i32.ctz(8), i32.popcnt(255), i32.rotl(1, 33)].map(valueOf), [31, 3, 8, 2]);
  assertEquals([i32.truncSatF64S(-1e30), i32.truncSatF32U(-5), i32.truncSatF32S(NaN)].map(valueOf), [
    -(2 ** 31),
    0,
    0,
  ]);
  assertEquals(valueOf(i64.shl(i64.extendI32S(-3), 40n)), -3n << 40n);
  assertEquals(valueOf(i32.wrapI64(0x1_2345_6789n)), 0x2345_6789);
  assertEquals([f32.sqrt(2), f32.copysign(3, -0), f32.demoteF64(0.1)].map(valueOf), [
    Math.fround(Math.SQRT2),
    -3,
    Math.fround(0.1),
  ]);
  assertEquals([f64.nearest(2.5), f64.floor(-0.5), f64.max(1, 2), f64.div(1, 3)].map(valueOf), [
    2,
    -1,
    2,
    1 / 3,
  ]);
  assertEquals([f64.convertI32U(-1), f64.promoteF32(0.5), f32.convertI32S(-1)].map(valueOf), [
    4294967295,
    0.5,
    -1,
  ]);
  assertEquals([i32.reinterpretF32(1), f64.lt(1, 2)].map(valueOf), [
    0x3f80_0000,
    1,
  ]);
  assertEquals(valueOf(select(1, f32.add(1, 1), f32.add(2, 2))), 2);
});

Deno.test("vector instructions are what their names say", () => {
  const a = v128.load(64);
  const b = v128.load(80);
  const numbers = [1, -2.5, 3, NaN, 4, 2, -1, 8];
  const check = (expression: Expression<"v128">, expected: readonly number[]) =>
    assertEquals(lanesOf(expression, numbers), new Float32Array(expected));
  check(f32x4.add(a, b), [5, -0.5, 2, NaN]);
  check(f32x4.sub(a, b), [-3, -4.5, 4, NaN]);
  check(f32x4.mul(a, b), [4, -5, -3, NaN]);
  check(f32x4.div(a, b), [0.25, -1.25, -3, NaN]);
  check(f32x4.min(a, b), [1, -2.5, -1, NaN]);
  check(f32x4.max(a, b), [4, 2, 3, NaN]);
  check(f32x4.pmin(b, a), [1, -2.5, -1, 8]);
  check(f32x4.pmax(b, a), [4, 2, 3, 8]);
  check(f32x4.abs(f32x4.neg(a)), [1, 2.5, 3, NaN]);
  check(f32x4.sqrt(b), [2, Math.SQRT2, NaN, Math.sqrt(8)]);
  check(f32x4.floor(a), [1, -3, 3, NaN]);
  check(f32x4.ceil(a), [1, -2, 3, NaN]);
  check(f32x4.trunc(a), [1, -2, 3, NaN]);
  check(f32x4.nearest(a), [1, -2, 3, NaN]);
  check(f32x4.relaxedMadd(b, b, b), [20, 6, 0, 72]);
  check(f32x4.relaxedNmadd(b, b, b), [-12, -2, -2, -56]);
  check(v128.bitselect(a, b, f32x4.lt(a, b)), [1, -2.5, -1, 8]);
  check(v128.bitselect(a, b, f32x4.ge(a, b)), [4, 2, 3, 8]);
  check(v128.and(a, f32x4.eq(a, a)), [1, -2.5, 3, 0]);
  check(i32x4.relaxedLaneselect(a, b, f32x4.gt(a, b)), [4, 2, 3, 8]);
  check(f32x4.shuffle(a, b, [4, 0, 7, 1]), [4, 1, 8, -2.5]);
  check(i8x16.shuffle(a, b, Array.from({ length: 16 }, (_, i) => 16 + i)), [4, 2, -1, 8]);
  check(f32x4.replaceLane(b, 2, 7), [4, 2, 7, 8]);
  check(f32x4.splat(f32x4.extractLane(a, 1)), [-2.5, -2.5, -2.5, -2.5]);
  check(v128.load32Splat(64, 4), [-2.5, -2.5, -2.5, -2.5]);
  check(v128.load32Zero(68), [-2.5, 0, 0, 0]);
  check(v128.load64Splat(64), [1, -2.5, 1, -2.5]);
  check(v128.load64Zero(80), [4, 2, 0, 0]);
  check(f32x4.convertI32x4S(i32x4.truncSatF32x4S(a)), [1, -2, 3, 0]);
  check(f32x4.convertI32x4U(v128.constI32x4(-1, 0, 1, 2)), [4294967295, 0, 1, 2]);
  check(f32x4.convertI32x4S(i32x4.shrS(v128.constI32x4(-8), 1)), [-4, -4, -4, -4]);
  check(f32x4.convertI32x4S(i32x4.mul(v128.constI32x4(1, 2, 3, 4), i32x4.splat(-3))), [-3, -6, -9, -12]);
  check(f32x4.convertI32x4S(i32x4.maxU(v128.constI32x4(-1), i32x4.splat(3))), [-1, -1, -1, -1]);
  check(f32x4.demoteF64x2Zero(f64x2.add(f64x2.promoteLowF32x4(b), f64x2.splat(0.5))), [4.5, 2.5, 0, 0]);
  check(f32x4.demoteF64x2Zero(f64x2.relaxedMadd(f64x2.splat(3), f64x2.splat(2), f64x2.splat(1))), [
    7,
    7,
    0,
    0,
  ]);
  check(f32x4.demoteF64x2Zero(f64x2.convertLowI32x4S(i32x4.splat(-9))), [-9, -9, 0, 0]);
  assertEquals(valueOf(i32x4.bitmask(v128.constI32x4(-1, 0, -5, 1))), 5);
  assertEquals([i32x4.allTrue(i32x4.splat(1)), v128.anyTrue(i32x4.splat(0))].map(valueOf), [1, 0]);
  assertEquals(valueOf(i64x2.extractLane(i64x2.extendLowI32x4U(i32x4.splat(-1)), 1)), 0xffff_ffffn);
});

Deno.test("statements run in their order", () => {
  const squares = (f: FunctionBuilder) => f.local("i32", 5);
  const functions = functionsOf((module) => {
    const twice = module.define(null, ["i32"], "i32", (_, n) => i32.add(n, n));
    const poke = module.define(null, ["i32", "i32"], null, (f, at, n) => f.store("i32", at, n, 4));
    module.define("sum", ["i32", "i32"], "i32", (f, first, end) => {
      const sum = f.local("i32");
      f.until(first, end, 2, () => f.advance(sum, first));
      return sum;
    });
    module.define("collatz", ["i32"], "i32", (f, n) => {
      const steps = f.local("i32", 0);
      f.while(i32.ne(n, 1), () => {
        f.if(i32.and(n, 1), () => f.set(n, i32.add(i32.mul(n, 3), 1)), () => f.set(n, i32.shrU(n, 1)));
        f.advance(steps, 1);
      });
      return steps;
    });
    module.define("early", ["i32"], "i32", (f, n) => {
      f.if(i32.gtS(n, 10), () => f.return(call(twice, n)));
      f.repeat(() => f.advance(n, 1), () => i32.ltS(n, 10));
      return n;
    });
    module.define("memory", [], "i32", (f) => {
      const local = squares(f);
      f.call(poke, 96, tee(local, 77));
      f.store8(100, 1, 3);
      f.storeLane32(128, v128.constI32x4(1, 2, 3, 4), 2);
      f.storeLane64(136, v128.constI32x4(1, 2, 3, 4), 1);
      f.drop(local);
      f.fill(129, 5, 1);
      f.fill(142, 0, 2);
      return i32.add(i32.load8U(103), i32.add(i32.load(128), i32.add(i32.load(140), local)));
    });
  });
  assertEquals(functions.sum(3, 9), 15);
  assertEquals(functions.sum(9, 3), 0);
  assertEquals(functions.collatz(27), 111);
  assertEquals([functions.early(3), functions.early(20), functions.early(9)], [10, 40, 10]);
  assertEquals(functions.memory(), 1 + (3 + 5 * 256) + 4 + 77);
});

Deno.test("a module with many locals and a long body is valid", () => {
  const { f } = functionsOf((module) => {
    module.define("f", [], "i32", (f) => {
      const locals = Array.from({ length: 300 }, (_, i) => f.local("i32", i));
      return locals.reduce<Expression<"i32">>((sum, local) => i32.add(sum, local), i32.add(0, 0));
    });
  });
  assertEquals(f(), 44850);
});

Deno.test("instantiate() fits memories of any size, shared or not", () => {
  const bytes = assemble((module) => void module.define("f", [], "i32", () => i32.load(65532)));
  for (const shared of [false, true]) {
    for (const pages of [1, 200]) {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
      new Int32Array(memory.buffer)[16383] = pages;
      assertEquals((instantiate(bytes, memory) as Functions).f(), pages);
    }
  }
  const functions = functionsOf((module) => void module.define("f", ["i32"], "i32", (_, at) => i32.load(at)));
  assertThrows(() => functions.f(2 * 65536 - 3), WebAssembly.RuntimeError);
});
