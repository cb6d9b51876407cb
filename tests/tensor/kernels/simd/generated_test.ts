import { assertEquals } from "@std/assert/equals";
import { simdKernel } from "../../../../tensor/kernels/simd/generated.ts";
import { f32, f64, i32 } from "../../../../tensor/kernels/simd/scalar.ts";
import { configure, shutdown } from "../../../../tensor/runtime/configure.ts";
import { allocate, ARGUMENTS, release, views } from "../../../../tensor/runtime/heap.ts";
import { run } from "../../../../tensor/runtime/run.ts";

Deno.test("simdKernel() runs on every thread", () => {
  const name = "doubled in a test";
  const kernel = simdKernel(name, (module) => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
      f.drop(f32.load(scratch));
      const from = f.local("i32", i32.shl(i32.truncSatF64U(f64.load(block)), 2));
      const to = f.local("i32", i32.shl(i32.truncSatF64U(f64.load(block, 8)), 2));
      f.until(begin, end, 1, () => {
        const offset = i32.shl(begin, 2);
        f.store("f32", i32.add(to, offset), f32.mul(f32.load(i32.add(from, offset)), 2));
      });
    });
  });
  assertEquals(simdKernel(name, () => undefined), kernel);
  const count = 1 << 18;
  const [from, to] = [allocate(4 * count), allocate(4 * count)];
  const memory = views().float32;
  for (let i = 0; i < count; i++) memory[from / 4 + i] = i;
  const expected = Float32Array.from({ length: count }, (_, i) => 2 * i);
  for (const threads of [1, 3]) {
    configure({ threads });
    // Often enough for workers to start and to take part.
    for (let i = 0; i < 200; i++) {
      memory.fill(0, to / 4, to / 4 + count);
      views().float64.set([from / 4, to / 4], ARGUMENTS);
      run(kernel, ARGUMENTS, count, count >> 6);
      assertEquals(memory[to / 4 + count - 1], 2 * count - 2);
    }
    assertEquals(memory.slice(to / 4, to / 4 + count), expected);
  }
  release(from);
  release(to);
  shutdown();
});
