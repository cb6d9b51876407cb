import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../../tensor/mod.ts";
import type { Complex, Tensor } from "../../../../tensor/mod.ts";
import { checkGradients } from "../../../laws/gradients.ts";
import { numbers } from "../../primitives/entry.ts";

function assertClose(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-11): void {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) => {
    if (!(Math.abs(actual[i] - value) <= tolerance)) {
      throw new RangeError(`Expected ${value} at ${i} but got ${actual[i]}`);
    }
  });
}

/** The sum of the definition. */
function naive(real: ArrayLike<number>, imag: ArrayLike<number>): { real: number[]; imag: number[] } {
  const n = real.length;
  const result = { real: [] as number[], imag: [] as number[] };
  for (let k = 0; k < n; k++) {
    let [a, b] = [0, 0];
    for (let j = 0; j < n; j++) {
      const angle = -2 * Math.PI * ((j * k) % n) / n;
      a += real[j] * Math.cos(angle) - imag[j] * Math.sin(angle);
      b += real[j] * Math.sin(angle) + imag[j] * Math.cos(angle);
    }
    result.real.push(a);
    result.imag.push(b);
  }
  return result;
}

function pair(n: number, seed: number): Complex {
  const all = numbers([2, n], -1 - seed % 3, 1);
  return { real: t.index(all, 0), imag: t.index(all, 1) };
}

Deno.test("fft() is the sum of its definition for any length, and ifft() undoes it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(5), (n, seed) => {
      const x = pair(n, seed);
      const y = t.fft(x);
      const expected = naive(x.real.data(), x.imag.data());
      assertClose(y.real.data() as Float64Array, expected.real);
      assertClose(y.imag.data() as Float64Array, expected.imag);
      const back = t.ifft(y);
      assertClose(back.real.data() as Float64Array, [...x.real.data() as Float64Array]);
      assertClose(back.imag.data() as Float64Array, [...x.imag.data() as Float64Array]);
    }),
  );
});

Deno.test("rfft() is the first half of fft(), and irfft() undoes it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (n) => {
      const x = numbers([2, n], -1, 1);
      const [half, whole] = [t.rfft(x), t.fft(x)];
      const m = Math.floor(n / 2) + 1;
      assertEquals(half.real.shape, [2, m]);
      assertEquals(half.imag.data(), t.contiguous(t.slice(whole.imag, [null, [0, m]])).data());
      assertClose(t.irfft(half, { n }).data() as Float64Array, [...x.data() as Float64Array]);
    }),
  );
});

Deno.test("extents, axes and norms are those of jnp.fft", () => {
  const x = t.tensor([[1, 2], [3, 4], [5, 7]], { dtype: "float64" });
  assertClose(t.fft(x, { axis: 0, n: 4 }).real.data() as Float64Array, [9, 13, -4, -5, 3, 5, -4, -5]);
  assertClose(t.fft(x, { n: 1 }).real.data() as Float64Array, [1, 3, 5]);
  assertClose(t.fft(x, { norm: "forward" }).real.data() as Float64Array, [1.5, -0.5, 3.5, -0.5, 6, -1]);
  const ortho = t.ifftn(t.fftn(x, { norm: "ortho" }), { norm: "ortho" });
  assertClose(ortho.real.data() as Float64Array, [1, 2, 3, 4, 5, 7]);
  assertEquals(t.fftFrequencies(5, { spacing: 0.5, dtype: "float64" }).toArray(), [0, 0.4, 0.8, -0.8, -0.4]);
  assertEquals(t.ifftShift(t.fftShift(x)).toArray(), x.toArray());
});

Deno.test("transforms have gradients, compile, map over batches and give the same bits on any threads", () => {
  const x = numbers([2, 6], -1, 1);
  const f = (y: Tensor): Tensor => {
    const { real, imag } = t.fft({ real: y, imag: t.square(y) });
    return t.add(t.square(real), t.multiply(real, imag));
  };
  checkGradients(f, [x], { order: 2 });
  checkGradients((y: Tensor) => t.irfft({ real: y, imag: t.sin(y) }), [x], { order: 2 });
  assertEquals(t.compile(f)(x).data(), f(x).data());
  const many = t.stack([x, t.multiply(x, 2)]);
  assertEquals(t.vmap(f)(many).data(), t.stack([f(x), f(t.multiply(x, 2))]).data());
  const wide = numbers([300, 96], -1, 1, "float32");
  t.configure({ threads: 1 });
  const one = t.rfft(wide).real.data();
  t.configure({ threads: 3 });
  assertEquals(t.rfft(wide).real.data(), one);
  t.configure({ threads: 2 });
  t.shutdown();
});
