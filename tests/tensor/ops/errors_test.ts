import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

const f32 = t.ones([2, 3]);
const i32 = t.ones([2, 3], { dtype: "int32" });
const keys = t.random.split(t.random.key(0));
const image = t.ones([1, 2, 4, 4]);
// deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
const wrong = (value: unknown): any => value;

type Row = readonly [
  operation: string,
  call: () => unknown,
  kind: "TypeError" | "RangeError",
  ...parts: string[],
];

const UNARY = [
  "abs",
  "acos",
  "acosh",
  "asin",
  "asinh",
  "atan",
  "atanh",
  "cbrt",
  "ceil",
  "cos",
  "cosh",
  "elu",
  "erf",
  "erfc",
  "erfinv",
  "exp",
  "expm1",
  "floor",
  "gelu",
  "hardSigmoid",
  "hardSilu",
  "hardTanh",
  "isFinite",
  "isNaN",
  "leakyRelu",
  "log",
  "log1p",
  "logSigmoid",
  "logSoftmax",
  "standardize",
  "logSumExp",
  "logicalNot",
  "max",
  "mean",
  "min",
  "mish",
  "negative",
  "prod",
  "reciprocal",
  "relu",
  "relu6",
  "round",
  "rsqrt",
  "sigmoid",
  "sign",
  "silu",
  "sin",
  "sinh",
  "softmax",
  "softplus",
  "softSign",
  "sqrt",
  "square",
  "standardDeviation",
  "sum",
  "tan",
  "tanh",
  "trunc",
  "variance",
  "all",
  "any",
  "argmax",
  "argmin",
] as const;

const BINARY = [
  "add",
  "subtract",
  "multiply",
  "divide",
  "power",
  "maximum",
  "minimum",
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "logicalAnd",
  "logicalOr",
  "logicalXor",
] as const;

const REDUCTIONS = [
  "sum",
  "prod",
  "max",
  "min",
  "mean",
  "variance",
  "standardDeviation",
  "all",
  "any",
  "logSumExp",
  "softmax",
  "logSoftmax",
  "standardize",
] as const;

const STRUCTURE: Readonly<Record<string, (x: Tensor) => unknown>> = {
  broadcastTo: (x) => t.broadcastTo(x, [2, 2, 3]),
  contiguous: (x) => t.contiguous(x),
  expandDims: (x) => t.expandDims(x, 0),
  flip: (x) => t.flip(x),
  index: (x) => t.index(x, 0),
  pad: (x) => t.pad(x, [[0, 1], [0, 0]]),
  ravel: (x) => t.ravel(x),
  reshape: (x) => t.reshape(x, [3, 2]),
  slice: (x) => t.slice(x, [[0, 1]]),
  squeeze: (x) => t.squeeze(x),
  swapAxes: (x) => t.swapAxes(x, 0, 1),
  transpose: (x) => t.transpose(x),
  unstack: (x) => t.unstack(x),
  cast: (x) => t.cast(x, "int32"),
  stopGradient: (x) => t.stopGradient(x),
  concatenate: (x) => t.concatenate([x, x]),
  stack: (x) => t.stack([x, x]),
  zerosLike: (x) => t.zerosLike(x),
  onesLike: (x) => t.onesLike(x),
  matmul: (x) => t.matmul(x, x),
  conv2d: (x) => t.conv2d(x, x),
  maxPool2d: (x) => t.maxPool2d(x, { window: 2 }),
  avgPool2d: (x) => t.avgPool2d(x, { window: 2 }),
  take: (x) => t.take(x, [] as unknown as Tensor),
};

const ROWS: readonly Row[] = [
  ...UNARY.flatMap((name): Row[] => [
    [name, () => t[name](wrong("x")), "TypeError", "expects a tensor or a number", "a string"],
    [name, () => t[name](wrong([1, 2])), "TypeError", "an array"],
    [name, () => t[name](wrong(null)), "TypeError", "null"],
    [name, () => t[name](keys), "TypeError", "key"],
  ]),
  ...BINARY.flatMap((name): Row[] => [
    [name, () => t[name](f32, wrong("x")), "TypeError", "expects a tensor or a number", "a string"],
    [name, () => t[name](wrong(undefined), f32), "TypeError", "undefined"],
    [name, () => t[name](keys, keys), "TypeError", "key"],
    [name, () => t[name](f32, t.ones([4])), "RangeError", "broadcast", "[2, 3]", "[4]"],
  ]),
  ...REDUCTIONS.flatMap((name): Row[] => [
    [name, () => t[name](f32, { axes: 2 }), "RangeError", "an axis within rank 2", "got 2"],
    [name, () => t[name](f32, { axes: [0, -2] }), "RangeError", "distinct", "[0, -2]"],
    [name, () => t[name](f32, { axes: NaN }), "TypeError", "an axis to be an integer", "NaN"],
    [name, () => t[name](f32, { axes: wrong("0") }), "TypeError", "got 0"],
  ]),
  ...Object.entries(STRUCTURE).flatMap(([name, call]): Row[] => [
    [name, () => call(wrong(null)), "TypeError", "null"],
    [name, () => call(wrong([[1, 2], [3, 4]])), "TypeError", "an array"],
  ]),
  ["max", () => t.max(t.ones([0, 2]), { axes: 0 }), "RangeError", "at least one element", "[0, 2]"],
  ["min", () => t.min(t.ones([0])), "RangeError", "at least one element", "[0]"],
  ["argmax", () => t.argmax(t.ones([0])), "RangeError", "at least one element", "[0]"],
  ["argmin", () => t.argmin(f32, { axis: 3 }), "RangeError", "an axis within rank 2", "got 3"],
  ["argmax", () => t.argmax(f32, { axis: 0.5 }), "TypeError", "integer", "0.5"],
  ["power", () => t.power(i32, -1), "RangeError", "non-negative", "-1"],
  ["power", () => t.power(i32, 65), "RangeError", "at most 64", "65"],
  ["gelu", () => t.gelu(f32, { approximate: wrong("erf") }), "RangeError", "none", "erf"],
  ["where", () => t.where(t.ones([4]), f32, 0), "RangeError", "broadcast", "[4]"],
  ["where", () => t.where(f32, wrong("x"), 0), "TypeError", "a string"],
  ["where", () => t.where(keys, 1, 0), "TypeError", "key"],
  ["clip", () => t.clip(keys, { min: 0 }), "TypeError", "key"],
  ["cast", () => t.cast(f32, wrong("float")), "TypeError", "float32", "float"],
  ["cast", () => t.cast(keys, "float32"), "TypeError", "key"],
  ["tensor", () => t.tensor([[1, 2], [3]]), "RangeError", "an array of 1", "an array of 2"],
  ["tensor", () => t.tensor([1, [2]]), "RangeError", "an array of 1", "a number"],
  ["tensor", () => t.tensor([[1], 2]), "RangeError", "a number", "an array of 1"],
  ["tensor", () => t.tensor(wrong(["a"])), "TypeError", "a string"],
  ["tensor", () => t.tensor(wrong("a")), "TypeError", "a string"],
  ["tensor", () => t.tensor(wrong(f32)), "TypeError", "a tensor"],
  ["tensor", () => t.tensor(wrong(null)), "TypeError", "null"],
  ["tensor", () => t.tensor(wrong(new BigInt64Array(2))), "TypeError", "BigInt64Array"],
  ["tensor", () => t.tensor([1, NaN], { dtype: "int32" }), "TypeError", "integers", "NaN"],
  ["tensor", () => t.tensor([1.5], { dtype: "uint8" }), "TypeError", "integers", "1.5"],
  ["tensor", () => t.tensor([256], { dtype: "uint8" }), "RangeError", "uint8", "256"],
  ["tensor", () => t.tensor([1, 2], { shape: [3] }), "RangeError", "3 values", "[3]", "2"],
  ["tensor", () => t.tensor([1], { shape: [-1] }), "RangeError", "non-negative", "[-1]"],
  ["tensor", () => t.tensor([1], { dtype: wrong("int64") }), "TypeError", "int64"],
  ["tensor", () => t.tensor(true, { shape: [2] }), "RangeError", "2 values", "[2]"],
  ["full", () => t.full([2], NaN, { dtype: "int32" }), "TypeError", "integers", "NaN"],
  ["full", () => t.full([2], wrong("1")), "TypeError", "a string"],
  ["full", () => t.full(wrong(2), 1), "TypeError", "a shape as an array", "2"],
  ["zeros", () => t.zeros([1.5]), "RangeError", "non-negative integers", "[1.5]"],
  ["ones", () => t.ones(wrong(["2"])), "TypeError", "integers", "[2]"],
  ["zeros", () => t.zeros([2], { dtype: wrong("key") }), "TypeError", "key"],
  ["zerosLike", () => t.zerosLike(keys), "TypeError", "key"],
  ["onesLike", () => t.onesLike(keys), "TypeError", "key"],
  ["arange", () => t.arange(Infinity), "RangeError", "finite", "Infinity"],
  ["arange", () => t.arange(5, { step: 0 }), "RangeError", "other than 0", "0"],
  ["arange", () => t.arange(NaN), "RangeError", "finite", "NaN"],
  ["arange", () => t.arange(300, { dtype: "uint8" }), "RangeError", "uint8", "256"],
  ["linspace", () => t.linspace(0, 1, { count: -1 }), "RangeError", "-1"],
  ["linspace", () => t.linspace(0, 1, { count: 2.5 }), "RangeError", "2.5"],
  ["linspace", () => t.linspace(0, NaN, { dtype: "int32" }), "RangeError", "finite", "NaN"],
  ["eye", () => t.eye(-1), "RangeError", "-1"],
  ["vmap", () => t.vmap((x: Tensor) => x, { inAxes: 2 })(f32), "RangeError", "2", "[2, 3]"],
  ["cholesky", () => t.cholesky(f32), "RangeError", "square matrices", "[2, 3]"],
  ["cholesky", () => t.cholesky(keys), "RangeError", "two axes or more", "key[2]"],
  ["det", () => t.det(f32), "RangeError", "square matrices", "[2, 3]"],
  ["slogdet", () => t.slogdet(f32), "RangeError", "square matrices", "[2, 3]"],
  ["inv", () => t.inv(t.ones([3])), "RangeError", "two axes or more", "[3]"],
  ["solve", () => t.solve(f32, f32), "RangeError", "square matrices", "[2, 3]"],
  ["solve", () => t.solve(t.eye(3), f32), "RangeError", "3 unknowns", "[3, 3]", "[2, 3]"],
  ["solve", () => t.solve(wrong("a"), f32), "TypeError", "a string"],
  ["triangularSolve", () => t.triangularSolve(t.eye(3), f32), "RangeError", "3 unknowns", "[2, 3]"],
  ["triangularSolve", () => t.triangularSolve(f32, f32), "RangeError", "square matrices", "[2, 3]"],
  ["eigh", () => t.eigh(f32), "RangeError", "square matrices", "[2, 3]"],
  ["eigvalsh", () => t.eigvalsh(f32), "RangeError", "square matrices", "[2, 3]"],
  ["expm", () => t.expm(f32), "RangeError", "square matrices", "[2, 3]"],
  ["matrixPower", () => t.matrixPower(t.eye(2), 0.5), "RangeError", "whole exponent", "0.5"],
  ["qr", () => t.qr(f32, { mode: wrong("raw") }), "RangeError", '"reduced" or "complete"', "raw"],
  ["svd", () => t.svd(t.ones([3])), "RangeError", "two axes or more", "[3]"],
  ["svdvals", () => t.svdvals(t.ones([3])), "RangeError", "two axes or more", "[3]"],
  [
    "svd",
    () => t.grad((x: Tensor) => t.sum(t.svd(x, { fullMatrices: true }).u))(f32),
    "TypeError",
    "fullMatrices",
  ],
  ["pinv", () => t.pinv(f32, { cutoff: -1 }), "RangeError", "cutoff", "-1"],
  ["lstsq", () => t.lstsq(f32, t.ones([3])), "RangeError", "right sides", "[2, 3]", "[3]"],
  ["dot", () => t.dot(f32, f32), "RangeError", "to agree", "[2, 3]"],
  ["inner", () => t.inner(f32, t.ones([2])), "RangeError", "to agree", "[2, 3]", "[2]"],
  ["vdot", () => t.vdot(f32, t.ones([5])), "RangeError", "as many elements", "[5]"],
  ["outer", () => t.outer(f32, wrong("b")), "TypeError", "a string"],
  ["kron", () => t.kron(wrong(null), f32), "TypeError", "null"],
  ["cross", () => t.cross(t.ones([4]), t.ones([4])), "RangeError", "2 or 3 components", "[4]"],
  ["tensordot", () => t.tensordot(f32, f32, { axes: 3 }), "RangeError", "both operands have", "3"],
  ["tensordot", () => t.tensordot(f32, f32, { axes: [[0], [1]] }), "RangeError", "to agree", "[2, 3]"],
  ["tensordot", () => t.tensordot(f32, f32, { axes: [[0, 0], [0, 1]] }), "RangeError", "each axis once"],
  ["einsum", () => t.einsum("ij,jk", f32), "RangeError", "an operand for each term", "ij,jk"],
  ["einsum", () => t.einsum("ij->ijk", f32), "RangeError", "labels of operands", "k"],
  ["einsum", () => t.einsum("ijk", f32), "RangeError", "rank 3", "rank 2"],
  ["einsum", () => t.einsum("ij,ji", f32, f32), "RangeError", "one extent for each label", "[2, 3]"],
  ["einsum", () => t.einsum("i-j", f32), "RangeError", "letters", "i-j"],
  ["einsum", () => t.einsum("ij->ii", f32), "RangeError", "once in the result", "ij->ii"],
  ["einsum", () => t.einsum("...->", f32), "RangeError", "an ellipsis in the result"],
  ["einsum", () => t.einsum("i->j->k", f32), "RangeError", "one arrow"],
  ["einsum", () => t.einsum(wrong(3), f32), "TypeError", "text", "number"],
  ["reshape", () => t.reshape(f32, [4]), "RangeError", "size 6", "[2, 3]", "[4]"],
  ["reshape", () => t.reshape(f32, [-1, 4]), "RangeError", "size 6", "[-1, 4]"],
  ["reshape", () => t.reshape(f32, [-1, -1]), "RangeError", "-1"],
  ["reshape", () => t.reshape(t.ones([0]), [-1, 0]), "RangeError", "[-1, 0]"],
  ["reshape", () => t.reshape(f32, wrong(6)), "TypeError", "a shape as an array", "6"],
  ["reshape", () => t.reshape(f32, [NaN, 2]), "RangeError", "NaN"],
  ["transpose", () => t.transpose(f32, [0]), "RangeError", "each of the 2 axes once", "[0]"],
  ["transpose", () => t.transpose(f32, [0, 0]), "RangeError", "each of the 2 axes once", "[0, 0]"],
  ["transpose", () => t.transpose(f32, [0, 2]), "RangeError", "within rank 2", "2"],
  ["transpose", () => t.transpose(f32, wrong(1)), "TypeError", "1"],
  ["swapAxes", () => t.swapAxes(f32, 0, 2), "RangeError", "within rank 2", "2"],
  ["broadcastTo", () => t.broadcastTo(f32, [3]), "RangeError", "float32[2, 3]", "[3]"],
  ["broadcastTo", () => t.broadcastTo(f32, [2, 4]), "RangeError", "[2, 3]", "[2, 4]"],
  ["broadcastTo", () => t.broadcastTo(f32, [-2, 3]), "RangeError", "[-2, 3]"],
  ["expandDims", () => t.expandDims(f32, 4), "RangeError", "within rank 3", "4"],
  ["squeeze", () => t.squeeze(f32, 0), "RangeError", "extent 1", "[2, 3]"],
  ["squeeze", () => t.squeeze(f32, 5), "RangeError", "within rank 2", "5"],
  ["slice", () => t.slice(f32, [null, null, null]), "RangeError", "at most 2 ranges", "3"],
  ["slice", () => t.slice(f32, [[0, 1, 0]]), "RangeError", "step other than 0", "0"],
  ["slice", () => t.slice(f32, [[NaN, 1]]), "TypeError", "integer", "NaN"],
  ["slice", () => t.slice(f32, [[0, 1.5]]), "TypeError", "integer", "1.5"],
  ["slice", () => t.slice(f32, wrong(1)), "TypeError", "an array of ranges", "1"],
  ["slice", () => t.slice(f32, wrong([1])), "TypeError", "[start, stop, step]", "1"],
  ["index", () => t.index(f32, 2), "RangeError", "within 2", "2"],
  ["index", () => t.index(f32, 0.5), "TypeError", "integer", "0.5"],
  ["index", () => t.index(t.tensor(1), 0), "RangeError", "a scalar"],
  ["unstack", () => t.unstack(f32, 2), "RangeError", "within rank 2", "2"],
  ["flip", () => t.flip(f32, 2), "RangeError", "within rank 2", "2"],
  ["pad", () => t.pad(f32, [[1, 1]]), "RangeError", "each of 2 axes", "[[1,1]]"],
  ["pad", () => t.pad(f32, [[1, -1], [0, 0]]), "RangeError", "non-negative", "-1"],
  ["pad", () => t.pad(f32, [[1, 0.5], [0, 0]]), "RangeError", "integers", "0.5"],
  ["pad", () => t.pad(i32, [[1, 0], [0, 0]], { value: NaN }), "TypeError", "NaN"],
  ["pad", () => t.pad(keys, [[1, 0]]), "TypeError", "key"],
  ["concatenate", () => t.concatenate([]), "RangeError", "at least one tensor"],
  ["concatenate", () => t.concatenate([f32, i32]), "TypeError", "one dtype", "float32[2, 3]", "int32[2, 3]"],
  ["concatenate", () => t.concatenate([f32, t.ones([2, 4])]), "RangeError", "[2, 3]", "[2, 4]"],
  ["concatenate", () => t.concatenate([f32, f32], 2), "RangeError", "within rank 2", "2"],
  ["concatenate", () => t.concatenate(wrong([1, 2])), "TypeError", "a number"],
  ["stack", () => t.stack([]), "RangeError", "at least one tensor"],
  ["stack", () => t.stack([f32, t.ones([3, 2])]), "RangeError", "[2, 3]", "[3, 2]"],
  ["stack", () => t.stack([f32, i32]), "TypeError", "one dtype", "int32[2, 3]"],
  ["stack", () => t.stack([f32], 4), "RangeError", "within rank 3", "4"],
  ["matmul", () => t.matmul(f32, f32), "RangeError", "inner dimensions", "[2, 3] and [2, 3]"],
  ["matmul", () => t.matmul(f32, t.tensor(2)), "RangeError", "[2, 3] and []"],
  ["matmul", () => t.matmul(t.ones([2, 1, 3]), t.ones([3, 3, 1])), "RangeError", "broadcast", "[2] and [3]"],
  ["matmul", () => t.matmul(f32, wrong(2)), "TypeError", "a number"],
  ["matmul", () => t.matmul(keys, keys), "TypeError", "key"],
  ["conv2d", () => t.conv2d(f32, f32), "RangeError", "rank 4", "[2, 3]"],
  ["conv2d", () => t.conv2d(image, t.ones([1, 3, 1, 1])), "RangeError", "[1, 2, 4, 4]", "[1, 3, 1, 1]"],
  [
    "conv2d",
    () => t.conv2d(image, t.ones([1, 2, 5, 1])),
    "RangeError",
    "as large as the window",
    "[1, 2, 5, 1]",
  ],
  ["conv2d", () => t.conv2d(image, image, { strides: 0 }), "RangeError", "strides", "0"],
  ["conv2d", () => t.conv2d(image, image, { padding: NaN }), "RangeError", "padding", "null"],
  ["conv2d", () => t.conv2d(image, image, { padding: wrong("full") }), "RangeError", "padding", "full"],
  ["conv2d", () => t.conv2d(image, image, { groups: 3 }), "RangeError", "3 groups"],
  ["maxPool2d", () => t.maxPool2d(f32, { window: 2 }), "RangeError", "rank 4", "[2, 3]"],
  ["maxPool2d", () => t.maxPool2d(image, { window: 0 }), "RangeError", "window", "0"],
  [
    "avgPool2d",
    () => t.avgPool2d(image, { window: 9 }),
    "RangeError",
    "as large as its window",
    "[1, 2, 4, 4]",
  ],
  [
    "avgPool2d",
    () => t.avgPool2d(t.ones([1, 1, 2, 2], { dtype: "int32" }), { window: 1 }),
    "TypeError",
    "int32",
  ],
  ["take", () => t.take(f32, f32), "TypeError", "float32[2, 3]"],
  ["oneHot", () => t.oneHot(i32, 0), "RangeError", "positive integer", "0"],
  ["argsort", () => t.argsort(f32, { axis: 2 }), "RangeError", "axis", "2"],
  ["argsort", () => t.argsort(keys), "TypeError", "random keys"],
  ["sort", () => t.sort(f32, { axis: -3 }), "RangeError", "axis", "-3"],
  ["sort", () => t.sort(keys), "TypeError", "random keys"],
  ["cumsum", () => t.cumsum(f32, { axis: 2 }), "RangeError", "axis", "2"],
  ["cumsum", () => t.cumsum(keys), "TypeError"],
  ["sparsemax", () => t.sparsemax(f32, { axis: 2 }), "RangeError", "axis", "2"],
  ["sparsemax", () => t.sparsemax(keys), "TypeError"],
  ["hostValue", () => t.hostValue(f32), "RangeError", "scalar", "[2, 3]"],
  ["hostValue", () => t.hostValue(wrong(3)), "TypeError"],
];

/** What is wrong with how a call fails; empty where nothing is. */
function complaint([operation, call, kind, ...parts]: Row): string {
  try {
    call();
  } catch (error) {
    if (!(error instanceof Error)) return `${operation} throws no error`;
    const { name, message } = error;
    const missing = parts.filter((part) => !message.includes(part));
    if (name !== kind) return `${operation} throws a ${name} instead of a ${kind}: ${message}`;
    if (!message.startsWith(`${operation} expects`)) return `${operation} is not named: ${message}`;
    if (message.endsWith(".")) return `${operation} ends its error with a period: ${message}`;
    return missing.length === 0 ? "" : `${operation} does not say ${missing.join(" and ")}: ${message}`;
  }
  return `${operation} takes ${String(call).replace("() => ", "")}`;
}

Deno.test("bad input is an error that names the operation, what was expected and what came", () => {
  const found = ROWS.map(complaint).filter((text) => text !== "");
  if (found.length > 0) throw new Error(`${found.length} of ${ROWS.length}:\n${found.join("\n")}`);
});

Deno.test("every public operation has a row of bad input", () => {
  const rows = new Set(ROWS.map(([operation]) => operation));
  const others = new Set([
    ...["compile", "grad", "valueAndGrad", "vjp", "pullback", "record", "format", "host", "promote"],
    ...["configure", "info", "shutdown", "dispose", "fold", "scope", "primitiveNames", "Tensor"],
    // Their errors are tested beside them.
    ...["scatterAdd", "takeAlongAxis"],
  ]);
  const missing = Object.entries(t).filter(([name, value]) =>
    typeof value === "function" && !rows.has(name) && !others.has(name)
  ).map(([name]) => name);
  if (missing.length > 0) throw new Error(`Expected a row for ${missing.join(", ")}`);
});

Deno.test("a freed tensor is an error of each operation", () => {
  const freed = t.scope(() => t.scope(() => [t.arange(6).reshape([2, 3])]))[0];
  t.dispose(freed);
  const calls: Readonly<Record<string, () => unknown>> = {
    ...Object.fromEntries(UNARY.map((name) => [name, (): unknown => t[name](freed)])),
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
