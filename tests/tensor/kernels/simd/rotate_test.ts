import { assertEquals } from "@std/assert/equals";
import { rotateLoop } from "../../../../tensor/kernels/linalg/rotate.ts";
import { rotateSimd, rotateTwiceSimd } from "../../../../tensor/kernels/simd/rotate.ts";

Deno.test("rotations in vectors, one sweep or two at once, have the bits of loops over typed arrays", () => {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
  const rows = new Float64Array(memory.buffer);
  const [start, angles, other] = [100, 8000, 9000];
  for (const count of [1, 2, 7]) {
    for (const width of [2, 6, 8, 12, 22]) {
      for (const direction of [1, -1]) {
        const step = 24 * direction, first = start + (direction < 0 ? 24 * count : 0);
        const given = Float64Array.from({ length: 24 * (count + 1) }, (_, i) => Math.sin(7 * i + 1));
        for (let i = 0; i < count; i++) {
          for (const [at, angle] of [[angles, i + 1], [other, 3 * i + 2]]) {
            rows[at + 2 * i] = Math.cos(angle);
            rows[at + 2 * i + 1] = Math.sin(angle);
          }
        }
        const after = (rotate: () => void): Float64Array => {
          rows.set(given, start);
          rotate();
          return rows.slice(start, start + given.length);
        };
        const once = after(() => rotateLoop(rows, first, step, angles, count, width));
        assertEquals(after(() => rotateSimd(memory, first, step, angles, count, width)), once);
        const twice = after(() => {
          rotateLoop(rows, first, step, angles, count, width);
          rotateLoop(rows, first, step, other, count, width);
        });
        assertEquals(after(() => rotateTwiceSimd(memory, first, step, angles, other, count, width)), twice);
      }
    }
  }
});
