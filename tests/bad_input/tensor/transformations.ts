/**
 * Bad input of transformations.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { f32, i32, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["jvp", () => t.jvp(t.exp, [f32], [t.ones([3])]), "RangeError", "argument 0", "[2, 3]", "[3]"],
  ["jvp", () => t.jvp(t.exp, [f32], [i32]), "TypeError", "float32[2, 3]", "int32[2, 3]"],
  ["linearize", () => t.linearize(t.exp, f32).pushforward(), "RangeError", "1 arguments", "array of 0"],
  ["linearize", () => t.linearize(wrong(3)), "TypeError", "a function", "a number"],
  ["linearTranspose", () => t.linearTranspose(t.exp, f32)(f32), "TypeError", "a linear function"],
  ["linearTranspose", () => t.linearTranspose(t.negative, i32), "TypeError", "float", "int32[2, 3]"],
  ["jacfwd", () => t.jacfwd(t.negative)(i32), "TypeError", "floating-point", "int32[2, 3]"],
  ["jacfwd", () => t.jacfwd(t.exp, { argnums: 1 })(f32), "RangeError", "argnums", "1"],
  ["jacrev", () => t.jacrev(t.argmax)(f32), "TypeError", "results", "int32[]"],
  ["jacrev", () => t.jacrev(wrong("f")), "TypeError", "a function", "a string"],
  ["hessian", () => t.hessian(wrong(f32)), "TypeError", "a function", "Tensor"],
  ["hvp", () => t.hvp(wrong(null), f32, f32), "TypeError", "a function", "a hole"],
  ["checkpoint", () => t.checkpoint(wrong(1)), "TypeError", "a function", "a number"],
  ["checkpoint", () => t.checkpoint(t.exp, { policy: wrong("some") }), "TypeError", "policy", "some"],
  ["customVjp", () => t.customVjp(wrong(1), wrong({})), "TypeError", "a function", "a number"],
  ["customVjp", () => t.customVjp(t.exp, wrong({})), "TypeError", "a pullback", "nothing"],
  ["customJvp", () => t.customJvp(t.exp, wrong({})), "TypeError", "functions", "{  }"],
  [
    "linearSolve",
    () => t.linearSolve((x) => t.multiply(x, x), t.ones([2])),
    "TypeError",
    "a linear function",
  ],
  ["linearSolve", () => t.linearSolve(t.negative, i32), "TypeError", "floating-point", "int32[2, 3]"],
  ["linearSolve", () => t.linearSolve((x) => x, f32, { solver: wrong("lu") }), "RangeError", "solver", "lu"],
  ["conjugateGradient", () => t.conjugateGradient((x) => x, i32), "TypeError", "int32[2, 3]"],
  [
    "conjugateGradient",
    () => t.conjugateGradient((x) => x, f32, { maxSteps: -1 }),
    "RangeError",
    "maxSteps",
    "-1",
  ],
  [
    "conjugateGradient",
    () => t.conjugateGradient((x) => x, f32, { tolerance: NaN }),
    "RangeError",
    "tolerance",
  ],
  ["implicitRoot", () => t.implicitRoot(wrong(1), t.exp), "TypeError", "functions", "a number"],
  ["implicitOptimum", () => t.implicitOptimum(t.sum, wrong(1)), "TypeError", "functions", "a number"],
  ["checkpointName", () => t.checkpointName(f32, wrong(1)), "TypeError", "a string", "a number"],
  ["checkpointName", () => t.checkpointName(wrong(1), "x"), "TypeError", "a tensor", "a number"],
  ["vmap", () => t.vmap((x: Tensor) => x, { inAxes: 2 })(f32), "RangeError", "within rank 2", "2"],
  ["jvp", () => t.jvp((x: Tensor) => x, [f32], []), "RangeError", "a tangent for each", "0"],
  ["jvp", () => t.jvp((x: Tensor) => x, [f32], [t.ones([3])]), "RangeError", "[2, 3]", "[3]"],
  ["linearize", () => t.linearize(wrong(1), f32), "TypeError", "a function", "a number"],
  ["linearTranspose", () => t.linearTranspose(wrong(1), f32), "TypeError", "a function", "a number"],
  ["jacfwd", () => t.jacfwd(wrong(1))(f32), "TypeError", "a function", "a number"],
  ["jacrev", () => t.jacrev(wrong(1))(f32), "TypeError", "a function", "a number"],
  ["hessian", () => t.hessian(wrong(1)), "TypeError", "a function", "a number"],
  ["hvp", () => t.hvp(wrong(1), f32, f32), "TypeError", "a function", "a number"],
  ...(["grad", "valueAndGrad", "vjp", "record", "host", "compile", "scope"] as const).flatMap((
    name,
  ): Row[] => [
    [name, () => t[name as "grad"](wrong(1)), "TypeError", "a function", "a number"],
  ]),
  ["grad", () => t.grad((x: Tensor) => x)(f32), "RangeError", "scalar", "float32[2, 3]"],
  ["grad", () => t.grad((x: Tensor) => t.sum(x))(i32), "TypeError", "float32 or float64", "int32[2, 3]"],
  ["grad", () => t.grad((x: Tensor) => t.sum(x))(wrong("x")), "TypeError", "a tensor", "a string"],
  ["pullback", () => t.pullback(wrong(1)), "TypeError", "record", "a number"],
  ["pullback", () => t.vjp((x: Tensor) => t.sum(x), f32).pullback(wrong(f32)), "RangeError", "[]", "[2, 3]"],
  ["vjp", () => t.vjp((x: Tensor) => t.sum(x), f32).pullback(wrong("x")), "RangeError", "1 cotangents", "0"],
];
