import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { add, compile, multiply, scope, type Tensor, tensor, transpose, where } from "../../tensor/mod.ts";

const GROUPED = fc.record({
  examples: fc.integer({ min: 1, max: 5 }),
  places: fc.integer({ min: 1, max: 120 }),
  groups: fc.integer({ min: 1, max: 9 }),
  neighbours: fc.integer({ min: 1, max: 40 }),
  turned: fc.boolean(),
});

/** Distinct numbers whose products are exact. */
function integers(shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Float32Array.from({ length: size }, (_, i) => (i % 1021) - 500), { shape });
}

Deno.test("numbers of groups of a few neighbours are taken by each of these", () => {
  fc.assert(
    fc.property(GROUPED, ({ examples, places, groups, neighbours, turned }) => {
      const shape = [examples, places, groups, neighbours];
      const f = (x: Tensor, scale: Tensor, offset: Tensor, chosen: Tensor): readonly Tensor[] => [
        add(multiply(x, scale), offset),
        where(chosen, x, offset),
      ];
      const [compiled, eager] = scope(() => {
        const x = turned ? transpose(integers([...shape].reverse())) : integers(shape);
        const scale = integers([examples, 1, groups, 1]);
        const offset = integers([groups, 1]);
        const chosen = tensor(Array.from({ length: groups }, (_, i) => [i % 2 === 0]), {
          shape: [groups, 1],
        });
        const of = (run: typeof f): readonly (readonly number[])[] =>
          run(x, scale, offset, chosen).map((y) => [...y.data()].map(Number));
        return [of(compile(f)), of(f)];
      });
      const size = shape.reduce((a, b) => a * b, 1);
      const at = (i: number): readonly [example: number, group: number, place: number] => {
        const group = Math.floor(i / neighbours) % groups;
        const example = Math.floor(i / neighbours / groups / places);
        if (!turned) return [example, group, i];
        const j = i % neighbours, p = Math.floor(i / neighbours / groups) % places;
        return [example, group, ((j * groups + group) * places + p) * examples + example];
      };
      const number = (i: number): number => (i % 1021) - 500;
      const expected = [
        Array.from({ length: size }, (_, i) => {
          const [example, group, place] = at(i);
          return number(place) * number(example * groups + group) + number(group);
        }),
        Array.from({ length: size }, (_, i) => {
          const [, group, place] = at(i);
          return group % 2 === 0 ? number(place) : number(group);
        }),
      ];
      const plain = (list: readonly (readonly number[])[]): number[][] =>
        list.map((values) => values.map((value) => value + 0));
      assertEquals(plain(compiled), plain(expected));
      assertEquals(plain(eager), plain(expected));
    }),
    { numRuns: 60 },
  );
});
