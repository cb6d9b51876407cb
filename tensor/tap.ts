/**
 * Looking at values inside of programs.
 *
 * @module
 */
import { apply } from "./apply.ts";
import { isHalf, itemSize } from "./dtype.ts";
import { copyInto } from "./launch_elementwise.ts";
import { fromStored, viewOf } from "./kernels/kernel.ts";
import { batchInFront } from "./rules.ts";
import { definePrimitive, type Primitive } from "./primitive.ts";
import { views } from "./runtime/heap.ts";
import { sizeOf } from "./shape.ts";
import { type Abstract, nameOf, type Tensor } from "./tensor.ts";
import { checkTensor } from "./check_tensor.ts";
import { tensorFromData } from "./make_tensor.ts";

/** What is called with values; its name is unlike that of every other, so that no two taps are the same. */
interface Tap {
  readonly fn: { readonly call: (value: Tensor) => void; toJSON(): string };
}

const tapPrimitive: Primitive<Tap> = definePrimitive<Tap>({
  name: "tap",
  infer: ([{ dtype, shape }]) => [{ dtype, shape }],
  evaluate([x], { fn }) {
    fn.call(x);
    return [x];
  },
  execute([x], [output], { fn }, machine) {
    copyInto(x, output, machine);
    machine.call(() => ({
      run: ([address]) => fn.call(copyOf(output, address)),
      release() {},
    }), [output]);
  },
  pullback: { rule: ([g]) => [g] },
  batch: batchInFront,
});

/** The elements at an address, copied. */
function copyOf({ dtype, shape }: Abstract, address: number): Tensor {
  const words = dtype === "key" ? 2 : 1;
  const start = address / (itemSize(dtype) / words);
  const end = start + words * sizeOf(shape);
  const stored = viewOf(views(), dtype).slice(start, end);
  if (!isHalf(dtype)) return tensorFromData(dtype, shape, stored);
  return tensorFromData(dtype, shape, Array.from(stored, (bits) => fromStored(dtype, bits)));
}

let taps = 0;

/**
 * The tensor itself, whose value is handed to `fn` each time it is computed: at once when eager, while the program
 * runs when compiled. What `fn` gets is a copy that it may keep; what it returns is not used. Under `vmap` it gets all
 * examples at once, with the batch axis first. Use the result in place of the tensor: what nobody uses is not computed.
 *
 * @throws {TypeError} If `x` is no tensor or `fn` no function.
 *
 * @example A value in the middle of a compiled function
 * ```ts
 * import { compile, exp, multiply, tap, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const seen: number[][] = [];
 * const f = compile((x: Tensor) => exp(tap(multiply(x, 2), (value) => seen.push([...value.data()]))));
 * f(tensor([1, 2]));
 * assertEquals(seen, [[2, 4]]);
 * ```
 */
export function tap(x: Tensor, fn: (value: Tensor) => unknown): Tensor {
  checkTensor("tap", x);
  if (typeof fn !== "function") throw new TypeError(`tap expects a function but got ${nameOf(fn)}`);
  const name = `${fn.name || "tap"}#${++taps}`;
  return apply(tapPrimitive, [x], { fn: { call: (value) => void fn(value), toJSON: () => name } });
}
