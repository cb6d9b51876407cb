import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  add,
  compile,
  grad,
  host,
  hostValue,
  isFinite,
  multiply,
  sum,
  type Tensor,
  tensor,
  where,
} from "../../tensor/mod.ts";

Deno.test("hostValue() is the number of a scalar", () => {
  assertEquals(hostValue(tensor(2.5)), 2.5);
  assertEquals(hostValue(isFinite(tensor(1))), 1);
});

Deno.test("hostValue() of a program is known when it has run", () => {
  let traces = 0;
  const f = compile((x: Tensor, count: number) => {
    traces++;
    const total = sum(x);
    const value = hostValue(total);
    const next = host((value, before) => value > 2 ? before + 1 : before, value, count);
    return { total, twice: host((n) => 2 * n, next), next, value, plain: host((n) => n - 1, count) };
  });
  for (const [data, count] of [[[1, 2], 7], [[1, 0.5], 8], [[4, 4], 0]] as const) {
    const total = data[0] + data[1];
    const next = total > 2 ? count + 1 : count;
    const got = f(tensor(data), count);
    assertEquals({ ...got, total: got.total.item() }, {
      total,
      twice: 2 * next,
      next,
      value: total,
      plain: count - 1,
    });
  }
  assertEquals(traces, 1);
});

Deno.test("hostValue() of an argument, of a constant, and inside of grad", () => {
  const three = tensor(3);
  const f = compile((x: Tensor) => {
    const slope = grad((y) => {
      const z = multiply(y, y);
      return where(isFinite(z), z, hostValue(three));
    })(x);
    return { slope, at: hostValue(x), three: hostValue(three), steep: hostValue(slope) };
  }, { donate: [0] });
  const { slope, ...numbers } = f(tensor(2));
  assertEquals(slope.item(), 4);
  assertEquals(numbers, { at: 2, three: 3, steep: 4 });
});

Deno.test("numbers of hostValue() go into the tensor operations of the program that computes them", () => {
  const f = compile((x: Tensor, count: number) => {
    const total = hostValue(sum(x));
    const next = host((total, count) => total * 10 ** count, total, count);
    return { whole: multiply(x, next), total: add(x, total), next };
  });
  for (const count of [1, 2]) {
    const { whole, total, next } = f(tensor([1, 2]), count);
    assertEquals(whole.toArray(), [3 * 10 ** count, 6 * 10 ** count]);
    assertEquals([total.toArray(), next], [[4, 5], 3 * 10 ** count]);
  }
});

Deno.test("hostValue() refuses what is no scalar", () => {
  assertThrows(() => hostValue(tensor([1])), RangeError, "expects a scalar but got shape [1]");
  assertThrows(() => hostValue(1 as unknown as Tensor), TypeError, "expects a tensor");
});
