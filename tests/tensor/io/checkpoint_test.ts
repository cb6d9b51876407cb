/**
 * Tests of checkpoints as bytes.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { formatSafetensors, parseSafetensors } from "../../../tensor/io/safetensors.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../../tensor/io/checkpoint.ts";
import { crc32 } from "../../../tensor/io/zip.ts";
import { tensor } from "../../../tensor/ops/create.ts";
import { zeros } from "../../../tensor/ops/full.ts";
import { transpose } from "../../../tensor/ops/transpose.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { tensorFromData, viewTensor } from "../../../tensor/make_tensor.ts";
import { TracedNumber } from "../../../tensor/host.ts";
import { dispose } from "../../../tensor/scope.ts";
import { record } from "../../../tensor/tape.ts";
import { arbitraryTree, exactly } from "./trees.ts";

const train = {
  params: { conv: { kernel: tensor([[1, 2, 3], [4, 5, 6]]), bias: tensor(0.5) } },
  key: tensorFromData("key", [], [1, 2]),
  step: 7,
  best: -Infinity,
  note: "a note",
  holes: [null, undefined] as const,
};

/** A checkpoint with other metadata, or with its tree changed and the checksum of the tree right again. */
function altered(
  change: (metadata: Record<string, string>) => Record<string, string>,
  fix = true,
): Uint8Array {
  const { tensors, metadata } = parseSafetensors(encodeCheckpoint(train));
  const next = change(metadata);
  const sum = crc32(new TextEncoder().encode(next.tree)).toString(16).padStart(8, "0");
  return formatSafetensors(tensors, fix ? { ...next, crc32: sum } : next);
}

function withTree(change: (tree: string) => string): Uint8Array {
  return altered((metadata) => ({ ...metadata, tree: change(metadata.tree) }));
}

Deno.test("decodeCheckpoint() is the inverse of encodeCheckpoint(), bit for bit", () => {
  fc.assert(
    fc.property(arbitraryTree, (tree) => {
      assertEquals(exactly(decodeCheckpoint(encodeCheckpoint(tree))), exactly(tree));
    }),
    { numRuns: 300 },
  );
});

Deno.test("encodeCheckpoint() gives the same bytes for what was decoded", () => {
  fc.assert(fc.property(arbitraryTree, (tree) => {
    const bytes = encodeCheckpoint(tree);
    assertEquals(encodeCheckpoint(decodeCheckpoint(bytes)), bytes);
  }));
});

Deno.test("encodeCheckpoint() keeps the payloads of NaN, also in views and scalars", () => {
  const floats = new Float32Array(new Uint32Array([0x7fa00001, 0xffc12345, 0x7f800001, 0x80000000]).buffer);
  const doubles = new Float64Array(new BigUint64Array([0x7ff0000000000001n, 0xfff8123456789abcn]).buffer);
  const single = tensorFromData("float32", [2, 2], floats);
  const double = tensorFromData("float64", [2, 1], doubles);
  const scalar = viewTensor(tensorFromData("float32", [1], floats.subarray(0, 1)), {
    shape: [],
    strides: [],
    offset: 0,
  });
  const saved = [single, transpose(single), double, transpose(double), scalar];
  const decoded = decodeCheckpoint<Tensor[]>(encodeCheckpoint(saved));
  const words = decoded.map((x) => [...new Uint32Array(x.data().buffer)]);
  assertEquals(words, [
    [0x7fa00001, 0xffc12345, 0x7f800001, 0x80000000],
    [0x7fa00001, 0x7f800001, 0xffc12345, 0x80000000],
    [1, 0x7ff00000, 0x56789abc, 0xfff81234],
    [1, 0x7ff00000, 0x56789abc, 0xfff81234],
    [0x7fa00001],
  ]);
});

Deno.test("encodeCheckpoint() writes a safetensors file with the tensors by their paths", () => {
  const { tensors, metadata } = parseSafetensors(encodeCheckpoint(train));
  assertEquals(Object.keys(tensors).sort(), ["key", "params/conv/bias", "params/conv/kernel"]);
  assertEquals(tensors["params/conv/kernel"].shape, [2, 3]);
  assertEquals(tensors.key, { dtype: "uint32", shape: [2], data: new Uint32Array([1, 2]) });
  assertEquals([metadata.format, metadata.version], ["weft-checkpoint", "1"]);
  const tree = JSON.parse(metadata.tree);
  assertEquals(tree.step, 7);
  assertEquals(tree.best, { $number: "-Infinity" });
  assertEquals(tree.holes, [null, { $undefined: true }]);
  assertEquals(tree.params.conv.bias.$tensor, {
    name: "params/conv/bias",
    dtype: "float32",
    shape: [],
    crc32: "9722f221",
  });
});

Deno.test("encodeCheckpoint() takes a tracer with a value for its value", () => {
  record((x: Tensor) => {
    assertEquals(decodeCheckpoint<Tensor>(encodeCheckpoint(x)).toArray(), [1, 2]);
    return x;
  })(tensor([1, 2]));
});

Deno.test("encodeCheckpoint() throws for leaves of other kinds, naming the path", () => {
  const cases: [unknown, string][] = [
    [() => 1, "a function"],
    [1n, "a bigint"],
    [Symbol("s"), "a symbol"],
    [new Date(), "Date"],
    [new Map(), "Map"],
    [new Float32Array(2), "Float32Array"],
    [new TracedNumber({ name: "compile" } as TracedNumber["recorder"], 0), "a traced number"],
  ];
  for (const [leaf, got] of cases) {
    assertThrows(
      () => encodeCheckpoint({ optimizer: [0, { x: leaf }] }),
      TypeError,
      `encodeCheckpoint expects tensors, numbers, strings, booleans and holes but got ${got} at optimizer/1/x`,
    );
  }
  assertThrows(() => encodeCheckpoint(cases[0][0]), TypeError, "but got a function at the root");
});

Deno.test("encodeCheckpoint() throws for freed tensors, cycles and endless depth", () => {
  const freed = tensor([1, 2]);
  dispose(freed);
  assertThrows(
    () => encodeCheckpoint({ a: { b: freed } }),
    RangeError,
    "encodeCheckpoint at a/b expects a live tensor but float32[2] was freed by dispose",
  );
  const cycle: Record<string, unknown> = {};
  cycle.a = [cycle];
  assertThrows(
    () => encodeCheckpoint(cycle),
    TypeError,
    "encodeCheckpoint expects a tree but got one that contains itself at a/0",
  );
  let deep: unknown = 1;
  for (let level = 0; level < 1000; level++) deep = [deep];
  assertEquals(exactly(decodeCheckpoint(encodeCheckpoint(deep))), exactly(deep));
  assertThrows(
    () => encodeCheckpoint([deep]),
    RangeError,
    "encodeCheckpoint expects at most 1000 levels but got more below 0",
  );
  const shared = tensor([1, 2]);
  assertEquals(exactly(decodeCheckpoint(encodeCheckpoint([shared, shared]))), exactly([shared, shared]));
});

Deno.test("decodeCheckpoint() throws for a file cut short at any byte", () => {
  const bytes = encodeCheckpoint(train);
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => decodeCheckpoint(bytes.slice(0, length)), SyntaxError, "decodeCheckpoint expects");
  }
  assertThrows(
    () => decodeCheckpoint(new Uint8Array([...bytes, 0])),
    SyntaxError,
    "decodeCheckpoint expects a whole checkpoint",
  );
});

Deno.test("decodeCheckpoint() notices any flipped bit", () => {
  const bytes = encodeCheckpoint(train);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] ^= 1 << at % 8;
    assertThrows(() => decodeCheckpoint(bytes), SyntaxError, "decodeCheckpoint");
    bytes[at] ^= 1 << at % 8;
  }
  assertEquals(exactly(decodeCheckpoint(bytes)), exactly(train));
});

Deno.test("decodeCheckpoint() throws for headers that lie", () => {
  const cases: [Uint8Array, string][] = [
    [
      new Uint8Array(0),
      "decodeCheckpoint expects a whole checkpoint: parseSafetensors expects a file of at least 8",
    ],
    [
      formatSafetensors({}),
      'decodeCheckpoint expects a checkpoint of format "weft-checkpoint" but got no format',
    ],
    [altered((metadata) => ({ ...metadata, format: "pt" })), 'format "weft-checkpoint" but got "pt"'],
    [altered((metadata) => ({ ...metadata, version: "2" })), 'expects a checkpoint of version 1 but got "2"'],
    [
      altered(({ tree: _, ...metadata }) => metadata, false),
      "expects metadata with tree and crc32 but got format",
    ],
    [altered((metadata) => ({ ...metadata, tree: "1" }), false), "for the tree but got 83dcefb7"],
    [withTree(() => "{"), 'expects a tree in JSON but got "{"'],
    [withTree(() => "1"), "expects tensors of the tree only but got"],
    [withTree((tree) => tree.replace("-Infinity", "infinite")), '{"$number":"infinite"} at best'],
    [withTree((tree) => tree.replace('"$undefined":true', '"$undefined":1')), '{"$undefined":1} at holes/1'],
    [withTree((tree) => tree.replace('{"$undefined":true}', '{"$object":{}}')), '{"$object":{}} at holes/1'],
    [withTree((tree) => tree.replace('"float32"', '"float8"')), "at params/conv/kernel"],
    [withTree((tree) => tree.replace('"float32"', '"int32"')), "at params/conv/kernel expects int32[2, 3]"],
    [withTree((tree) => tree.replace("[2,3]", "[3,2]")), "expects float32[3, 2] but got float32[2, 3]"],
    [
      withTree((tree) => tree.replace('"key","dtype":"key"', '"key","dtype":"uint32"')),
      "at key expects uint32[]",
    ],
    [
      withTree((tree) => tree.replace('conv/bias","dtype":"float32"', 'conv/bias","dtype":"key"')),
      "random keys",
    ],
    [withTree((tree) => tree.replace('"name":"key"', '"name":"keys"')), 'own named "keys" but got none'],
    [withTree((tree) => tree.replace("conv/bias", "conv/kernel")), "expects a tensor of its own named"],
    [withTree((tree) => "[".repeat(1002) + tree + "]".repeat(1002)), "expects at most 1000 levels"],
  ];
  for (const [bytes, message] of cases) assertThrows(() => decodeCheckpoint(bytes), SyntaxError, message);
  assertThrows(
    () => decodeCheckpoint("text" as unknown as Uint8Array),
    TypeError,
    "decodeCheckpoint expects the bytes of a file as a Uint8Array but got String",
  );
});

Deno.test("decodeCheckpoint() with like gives the tree in the order of like", () => {
  const like = {
    step: 0,
    params: { conv: { bias: tensor(0), kernel: zeros([2, 3]) } },
    holes: [null, undefined] as const,
    key: train.key,
    note: "",
    best: 0,
  };
  const decoded = decodeCheckpoint(encodeCheckpoint(train), { like });
  const { step, params, holes, key, note, best } = train;
  const { kernel, bias } = params.conv;
  const expected = { step, params: { conv: { bias, kernel } }, holes, key, note, best };
  assertEquals(exactly(decoded), exactly(expected));
});

Deno.test("decodeCheckpoint() with like names the first path that differs", () => {
  const x = tensor([1, 2]);
  const cases: [unknown, unknown, ErrorConstructor, string][] = [
    [{ a: [x] }, { a: [zeros([3])] }, RangeError, "float32[3] but got float32[2] at a/0"],
    [{ a: [x] }, { a: [zeros([2], { dtype: "int32" })] }, TypeError, "int32[2] but got float32[2] at a/0"],
    [{ a: x, b: 1 }, { a: x, c: 1 }, TypeError, "expects a number but got nothing at c"],
    [{ a: { b: 1, c: x } }, { a: { b: 1 } }, TypeError, "expects nothing but got float32[2] at a/c"],
    [{ a: 1 }, { a: "1" }, TypeError, "expects a string but got a number at a"],
    [{ a: 1 }, { a: null }, TypeError, "expects null but got a number at a"],
    [{ a: null }, { a: undefined }, TypeError, "expects undefined but got null at a"],
    [{ a: null }, { a: x }, TypeError, "expects float32[2] but got null at a"],
    [{ a: 1 }, { a: x }, TypeError, "expects float32[2] but got a number at a"],
    [{ a: x }, { a: 1 }, TypeError, "expects a number but got float32[2] at a"],
    [{ a: [1] }, { a: [1, 2] }, TypeError, "expects an array of 2 but got an array of 1 at a"],
    [{ a: [1] }, { a: { b: 1 } }, TypeError, "expects { b } but got an array of 1 at a"],
    [{ "__proto__x": 1 }, { toString: 1 }, TypeError, "expects a number but got nothing at toString"],
    [x, 1, TypeError, "expects a number but got float32[2] at the root"],
  ];
  for (const [saved, like, Kind, message] of cases) {
    assertThrows(() => decodeCheckpoint(encodeCheckpoint(saved), { like }), Kind, message);
  }
});
