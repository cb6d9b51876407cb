/**
 * The scalar functions against numbers computed with 80 digits (mpmath).
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { lib } from "../../../tensor/kernels/scalar.ts";

const EXPECTED: Readonly<
  Record<"erf" | "erfc" | "erfinv" | "lgamma" | "digamma", readonly (readonly [number, number])[]>
> = {
  erf: [
    [1e-300, 1.1283791670955126e-300],
    [1e-08, 1.1283791670955126e-08],
    [0.3, 0.3286267594591274],
    [0.99, 0.8385080695553698],
    [1.01, 0.8468104962282768],
    [2.5, 0.999593047982555],
    [5.5, 0.9999999999999927],
    [-0.7, -0.6778011938374184],
  ],
  erfc: [
    [-3, 1.9999779095030015],
    [-0.5, 1.5204998778130465],
    [0.2, 0.7772974107895215],
    [0.49, 0.4883317388114769],
    [0.51, 0.4707563801588296],
    [1, 0.15729920705028513],
    [2.5, 0.0004069520174449589],
    [7.3, 5.502573750691923e-25],
    [15.1, 3.53196266856349e-101],
    [26, 5.663192408856143e-296],
  ],
  erfinv: [
    [1e-300, 8.86226925452758e-301],
    [1e-09, 8.86226925452758e-10],
    [0.01, 0.008862501280950598],
    [0.3, 0.2724627147267543],
    [0.49, 0.46586860023505733],
    [0.51, 0.4881220505159588],
    [0.9, 1.1630871536766743],
    [0.999999, 3.458910737275499],
    [0.9999999999999999, 5.8635847487551676],
    [-0.6, -0.5951160814499948],
  ],
  lgamma: [
    [1e-300, 690.7755278982137],
    [1e-05, 11.512919692895826],
    [0.3, 1.0957979948180756],
    [0.7, 0.26086724653166654],
    [0.9999999, 5.772157468444193e-08],
    [1.0000001, -5.772155829918507e-08],
    [1.4616, -0.12148629003589732],
    [1.9999999, -4.2278430309861296e-08],
    [2.0000001, 4.227843666532498e-08],
    [2.9, 0.6028696102493114],
    [3.1, 0.7873750832738625],
    [9.99, 12.779315214350193],
    [10.01, 12.824350262448247],
    [150.5, 602.5139548705854],
    [10000000000, 220258509288.81058],
    [1e+305, 7.012884533631839e+307],
    [-0.5, 1.2655121234846454],
    [-3.3, -0.8243558050174264],
    [-20.7, -43.105133189536225],
  ],
  digamma: [
    [1e-300, -9.999999999999999e+299],
    [1e-05, -100000.57719921567],
    [0.3, -3.502524222200133],
    [0.9, -0.7549269499470513],
    [1, -0.5772156649015329],
    [1.4616321, -4.3514636958769774e-08],
    [1.46163215, 4.868976118553245e-09],
    [2.5, 0.7031566406452432],
    [3.1, 0.9615264448703085],
    [9.99, 2.250700372831201],
    [10.01, 2.2528037003181356],
    [10000000000, 23.025850929890456],
    [-0.5, 0.03648997397857652],
    [-3.3, 3.620353460592126],
    [-20.7, 0.7715931850825055],
  ],
};

/** Units in the last place that a result may be off: more in the far tail and by reflection. */
function allowed(name: string, x: number): number {
  if (name.endsWith("gamma")) return x < 0 ? 32 : 4;
  return x > 5 ? 6 : 3;
}

for (const [name, rows] of Object.entries(EXPECTED)) {
  Deno.test(`lib.${name}() is right to the last digits`, () => {
    for (const [x, expected] of rows) {
      const actual = lib[name as keyof typeof lib](x, 0);
      const units = Math.abs(actual - expected) / (Math.abs(expected) * 2 ** -52);
      assertEquals(units <= allowed(name, x), true, `${name}(${x}) is ${actual}, not ${expected}`);
    }
  });
}

Deno.test("lib at the edges", () => {
  const edges = [0, -0, -1, Infinity, -Infinity, NaN];
  assertEquals(edges.map(lib.erf), [0, -0, -0.8427007929497149, 1, -1, NaN]);
  assertEquals(edges.map(lib.erfc), [1, 1, 1.842700792949715, 0, 2, NaN]);
  assertEquals(edges.map(lib.erfinv), [0, -0, -Infinity, NaN, NaN, NaN]);
  assertEquals(edges.map(lib.lgamma), [Infinity, Infinity, Infinity, Infinity, Infinity, NaN]);
  assertEquals(edges.map(lib.digamma), [NaN, NaN, NaN, Infinity, NaN, NaN]);
  assertEquals([lib.lgamma(1), lib.lgamma(2)], [0, 0]);
});

Deno.test("lib.erfinv() inverts lib.erf()", () => {
  fc.assert(fc.property(fc.double({ min: -2, max: 2, noNaN: true }), (x) => {
    return Math.abs(lib.erfinv(lib.erf(x)) - x) <= 1e-13 * Math.abs(x);
  }));
});

Deno.test("lib.lgamma() and lib.digamma() satisfy their recurrences", () => {
  fc.assert(fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), (x) => {
    const logs = lib.lgamma(x) + Math.log(x);
    const sum = lib.digamma(x) + 1 / x;
    return Math.abs(lib.lgamma(x + 1) - logs) <= 1e-13 * (1 + Math.abs(logs)) &&
      Math.abs(lib.digamma(x + 1) - sum) <= 1e-13 * (1 + 1 / x);
  }));
});

Deno.test("lib.roundHalfEven() rounds halves to even and keeps the sign of zero", () => {
  const from = [-2.5, -1.5, -0.5, -0.3, -0, 0, 0.49999999999999994, 0.5, 1.5, 2.5, 2.6, 4503599627370495.5];
  assertEquals(from.map(lib.roundHalfEven), [-2, -2, -0, -0, -0, 0, 0, 0, 2, 2, 3, 4503599627370496]);
  assertEquals([Infinity, -Infinity, NaN].map(lib.roundHalfEven), [Infinity, -Infinity, NaN]);
});

Deno.test("lib.power() follows IEEE 754", () => {
  assertEquals(lib.power(1, NaN), 1);
  assertEquals(lib.power(1, Infinity), 1);
  assertEquals(lib.power(-1, -Infinity), 1);
  assertEquals(lib.power(NaN, 0), 1);
  assertEquals(lib.power(-8, 3), -512);
  assertEquals(lib.power(-8, 0.5), NaN);
});
