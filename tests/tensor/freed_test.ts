import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { BINARY, UNARY } from "../bad_input/tensor/elementwise.ts";
import { OVER_AXES } from "../bad_input/tensor/reduce.ts";

Deno.test("a freed tensor is an error of each operation", () => {
  const freed = t.scope(() => t.scope(() => [t.arange(6).reshape([2, 3])]))[0];
  t.dispose(freed);
  const calls: Readonly<Record<string, () => unknown>> = {
    ...Object.fromEntries([...UNARY, ...OVER_AXES].map((name) => [name, (): unknown => t[name](freed)])),
    ...Object.fromEntries(BINARY.map((name) => [name, (): unknown => t[name](freed, 1)])),
    item: () => freed.slice([[0, 1], [0, 1]]).item(),
    data: () => freed.data(),
    toArray: () => freed.toArray(),
    matmul: () => t.matmul(freed, t.ones([3, 1])),
    grad: () => t.grad((x: Tensor) => t.sum(x))(freed),
    compile: () => t.compile((x: Tensor) => t.exp(x))(freed),
  };
  const silent = Object.entries(calls).filter(([, call]) => {
    try {
      call();
      return true;
    } catch (error) {
      return !(error instanceof RangeError && /float32\[2, 3\] was freed by dispose/.test(error.message));
    }
  });
  if (silent.length > 0) throw new Error(`Expected errors of ${silent.map(([name]) => name).join(", ")}`);
  if (String(freed) !== "float32[2, 3] (freed by dispose)") throw new Error(String(freed));
});
