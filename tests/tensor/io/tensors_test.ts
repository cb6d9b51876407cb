/**
 * Tests of tensors in .npy, .npz and safetensors files.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import * as io from "../../../tensor/io/mod.ts";
import { ones } from "../../../tensor/ops/full.ts";
import { tensor } from "../../../tensor/ops/create.ts";
import { flip } from "../../../tensor/ops/slice.ts";
import { transpose } from "../../../tensor/ops/transpose.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { tensorFromData } from "../../../tensor/make_tensor.ts";
import { arbitraryRecord, arbitraryRecords } from "./arbitrary.ts";
import { readGolden } from "./golden.ts";
import { assertRejects, inFolder } from "./files.ts";
import { exactly } from "./trees.ts";

const golden = new URL("../../golden/io/", import.meta.url);

const arbitraryTensor = arbitraryRecord.map(({ dtype, shape, data }) => tensorFromData(dtype, shape, data));

const arbitraryTensors: fc.Arbitrary<Record<string, Tensor>> = arbitraryRecords.map((records) =>
  Object.fromEntries(
    Object.entries(records).map((
      [name, { dtype, shape, data }],
    ) => [name, tensorFromData(dtype, shape, data)]),
  )
);

function sorted(tensors: Readonly<Record<string, Tensor>>): string {
  return exactly(Object.entries(tensors).sort(([a], [b]) => a < b ? -1 : 1));
}

Deno.test("decodeNpy() is the inverse of encodeNpy()", () => {
  fc.assert(fc.property(arbitraryTensor, (x) => {
    assertEquals(exactly(io.decodeNpy(io.encodeNpy(x))), exactly(x));
    assertEquals(exactly(io.decodeNpy(io.encodeNpy(transpose(x)))), exactly(transpose(x)));
  }));
});

Deno.test("decodeNpz() is the inverse of encodeNpz()", () => {
  fc.assert(fc.property(arbitraryTensors, fc.boolean(), (tensors, compress) => {
    assertEquals(sorted(io.decodeNpz(io.encodeNpz(tensors, { compress }))), sorted(tensors));
  }));
});

Deno.test("decodeSafetensors() is the inverse of encodeSafetensors()", () => {
  fc.assert(fc.property(arbitraryTensors, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
    const decoded = io.decodeSafetensors(io.encodeSafetensors(tensors, metadata));
    assertEquals(sorted(decoded.tensors), sorted(tensors));
    assertEquals(Object.entries(decoded.metadata).sort(), Object.entries(metadata).sort());
  }));
});

Deno.test("encodeNpy() writes views, constants and NaN payloads", () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]]);
  assertEquals(io.decodeNpy(io.encodeNpy(flip(transpose(x)))).toArray(), flip(transpose(x)).toArray());
  assertEquals(io.decodeNpy(io.encodeNpy(ones([2, 2]))).toArray(), [[1, 1], [1, 1]]);
  const payload = tensorFromData("float32", [1], new Float32Array(new Uint32Array([0x7fa00001]).buffer));
  assertEquals(
    new Uint32Array(io.decodeNpy(io.encodeNpy(payload)).data().buffer),
    new Uint32Array([0x7fa00001]),
  );
});

Deno.test("encodeNpy() gives the bytes of NumPy", () => {
  for (const name of ["float32.npy", "int32.npy", "bool.npy", "scalar.npy"]) {
    assertEquals(io.encodeNpy(io.decodeNpy(readGolden(name))), new Uint8Array(readGolden(name)));
  }
});

Deno.test("loadNpy(), loadNpz() and loadSafetensors() read files by path and by URL", async () => {
  const scalar = await io.loadNpy(new URL("scalar.npy", golden));
  assertEquals(scalar.shape, []);
  const fortran = await io.loadNpy(new URL("fortran.npy", golden).pathname);
  assertEquals(fortran.rank, 2);
  const stored = await io.loadNpz(new URL("stored.npz", golden));
  assertEquals(sorted(stored), sorted(io.decodeNpz(readGolden("stored.npz"))));
  const { tensors, metadata } = await io.loadSafetensors(new URL("metadata.safetensors", golden));
  assertEquals(io.encodeSafetensors(tensors, metadata), new Uint8Array(readGolden("metadata.safetensors")));
});

Deno.test("loadNpz() reads the digits of the examples", async () => {
  const path = new URL("../../../examples/data/digits.npz", import.meta.url);
  const { images, labels } = await io.loadNpz(path);
  assertEquals([images.dtype, images.shape], ["uint8", [1797, 8, 8]]);
  assertEquals([labels.dtype, labels.shape], ["uint8", [1797]]);
  const counts = new Array(10).fill(0);
  for (const label of labels.data()) counts[label]++;
  assertEquals(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  assertEquals(Math.max(...images.data()), 16);
  const some = await io.loadNpz(path, { select: (name) => name === "labels" });
  assertEquals(Object.keys(some), ["labels"]);
});

Deno.test("saveNpy(), saveNpz() and saveSafetensors() write what the loads read", async () => {
  await inFolder(async (folder) => {
    const x = tensor([[1, 2], [3, 4]]);
    const y = tensor(new Uint8Array([1, 2]));
    await io.saveNpy(`${folder}/x.npy`, x);
    assertEquals(exactly(await io.loadNpy(`${folder}/x.npy`)), exactly(x));
    await io.saveNpz(`${folder}/all.npz`, { x, y }, { compress: true });
    assertEquals(exactly(await io.loadNpz(`${folder}/all.npz`)), exactly({ x, y }));
    await io.saveSafetensors(`${folder}/all.safetensors`, { x, y }, { note: "n" });
    assertEquals(
      exactly(await io.loadSafetensors(`${folder}/all.safetensors`)),
      exactly({
        tensors: { x, y },
        metadata: { note: "n" },
      }),
    );
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(names, ["all.npz", "all.safetensors", "x.npy"]);
  });
});

Deno.test("saveNpz() saves what the tensors hold at the call", async () => {
  await inFolder(async (folder) => {
    const x = tensor([1, 2]);
    const tensors: Record<string, Tensor> = { x };
    const saving = io.saveNpz(`${folder}/x.npz`, tensors);
    tensors.x = tensor([3, 4]);
    await saving;
    assertEquals((await io.loadNpz(`${folder}/x.npz`)).x.toArray(), [1, 2]);
  });
});

Deno.test("The functions on bytes throw for what has no place in the formats", () => {
  const key = tensorFromData("key", [], [1, 2]);
  const message = "expects numbers but got random keys: save their words, which random.keyData gives";
  assertThrows(() => io.encodeNpy(key), TypeError, `encodeNpy ${message}`);
  assertThrows(() => io.encodeNpz({ a: key }), TypeError, `encodeNpz of "a" ${message}`);
  assertThrows(() => io.encodeSafetensors({ a: key }), TypeError, `encodeSafetensors of "a" ${message}`);
  assertThrows(
    () => io.encodeNpz({ a: [1] as unknown as Tensor }),
    TypeError,
    'encodeNpz of "a" expects a tensor but got an array of 1',
  );
  assertThrows(() => io.encodeSafetensors({ __metadata__: tensor(1) }), RangeError, "encodeSafetensors: ");
  assertThrows(() => io.decodeNpy(new Uint8Array(3)), SyntaxError, "decodeNpy expects");
  assertThrows(() => io.decodeNpz(new Uint8Array(3)), SyntaxError, "decodeNpz: parseNpz expects");
  assertThrows(() => io.decodeSafetensors(new Uint8Array(3)), SyntaxError, "decodeSafetensors: ");
});

Deno.test("The functions on files name the operation and the path in their errors", async () => {
  await inFolder(async (folder) => {
    const missing = `${folder}/missing/x`;
    const { NotFound } = Deno.errors;
    const got = "but got No such file or directory";
    await assertRejects(() => io.loadNpy(missing), NotFound, `loadNpy expects to read ${missing} ${got}`);
    await assertRejects(() => io.loadNpz(missing), NotFound, `loadNpz expects to read ${missing} ${got}`);
    await assertRejects(
      () => io.loadSafetensors(missing),
      NotFound,
      `loadSafetensors expects to read ${missing}`,
    );
    await assertRejects(
      () => io.saveNpy(missing, tensor(1)),
      NotFound,
      `saveNpy expects to write ${missing} ${got}`,
    );
    await assertRejects(
      () => io.saveNpz(missing, {}),
      NotFound,
      `saveNpz expects to write ${missing} ${got}`,
    );
    await assertRejects(() => io.saveSafetensors(missing, {}), NotFound, `saveSafetensors expects to write`);
    await assertRejects(
      () => io.saveNpy(folder, tensor(1)),
      TypeError,
      "but got a folder instead of a regular file",
    );
    const damaged = `${folder}/damaged`;
    Deno.writeTextFileSync(damaged, "no such format");
    await assertRejects(
      () => io.loadNpy(damaged),
      SyntaxError,
      `loadNpy of ${damaged} expects the magic bytes`,
    );
    await assertRejects(() => io.loadNpz(damaged), SyntaxError, `loadNpz of ${damaged}: parseNpz expects`);
    await assertRejects(() => io.loadSafetensors(damaged), SyntaxError, `loadSafetensors of ${damaged}: `);
  });
});

Deno.test({
  name: "The functions on files name the operation and the path when a permission is missing",
  permissions: { read: false, write: false },
  async fn() {
    const { NotCapable } = Deno.errors;
    await assertRejects(
      () => io.loadNpz("x.npz"),
      NotCapable,
      "loadNpz expects to read x.npz but got Requires read",
    );
    await assertRejects(
      () => io.saveNpz("x.npz", {}),
      NotCapable,
      "saveNpz expects to write x.npz but got Requires",
    );
    assertThrows(
      () => io.loadCheckpointSync("x"),
      NotCapable,
      "loadCheckpointSync expects to read x but got",
    );
    assertThrows(
      () => io.saveCheckpointSync("x", 1),
      NotCapable,
      "saveCheckpointSync expects to write x but got",
    );
  },
});
