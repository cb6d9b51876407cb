import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { unzipSync, zipSync } from "fflate";
import { decodeTorch, loadTorch, loadTorchSync } from "../../../tensor/io/mod.ts";
import { info, Tensor } from "../../../tensor/mod.ts";

const folder = new URL("../../golden/io/torch/", import.meta.url);
const contents = JSON.parse(Deno.readTextFileSync(new URL("contents.json", folder))) as {
  readonly files: Readonly<Record<string, unknown>>;
  readonly broken: Readonly<Record<string, string>>;
};
const read = (name: string): Uint8Array<ArrayBuffer> => Deno.readFileSync(new URL(name, folder));

interface GoldenTensor {
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean | string)[];
}

const NEAREST: Readonly<Record<string, string>> = {
  int8: "int32",
  int16: "int32",
  int64: "int32",
  uint16: "uint32",
  uint64: "uint32",
};

/** The value in the form of the list of contents, tensors by the dtypes that they were read into. */
function described(value: unknown): unknown {
  if (value instanceof Tensor) {
    return { tensor: value.dtype, shape: [...value.shape], data: Array.from(value.data()) };
  }
  if (value instanceof Set) return { set: [...value].map(described) };
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Map) return { items: [...value].map((pair) => pair.map(described)) };
  if (typeof value === "bigint") return { integer: String(value) };
  if (Array.isArray(value)) return value.map(described);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, described(part)]));
  }
  return value;
}

/** What the list of contents says, with its numbers as they come out. */
function expected(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value !== "object" || value === null) return value;
  if ("tensor" in value) {
    const { tensor, shape, data } = value as GoldenTensor;
    const numbers = data.map((text) =>
      Number(text === "inf" ? Infinity : text === "-inf" ? -Infinity : text)
    );
    return { tensor: NEAREST[tensor] ?? tensor, shape, data: numbers };
  }
  if ("number" in value) {
    const texts: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: NaN };
    return texts[value.number as string];
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, expected(part)]));
}

for (const [name, content] of Object.entries(contents.files)) {
  Deno.test(`${name} holds what torch saved`, async () => {
    assertEquals(described(decodeTorch(read(name))), expected(content));
    assertEquals(described(loadTorchSync(new URL(name, folder))), expected(content));
    assertEquals(described(await loadTorch(new URL(name, folder))), expected(content));
  });
}

// What is said about each file that is refused: the class of the error and its message.
const refused: Readonly<Record<string, string>> = {
  "runs_a_program.pt":
    "TypeError: decodeTorch: parseTorch of archive/data.pkl expects tensors, containers and numbers but got posix.system, which it does not run",
  "runs_a_program4.pt":
    "TypeError: decodeTorch: parseTorch of archive/data.pkl expects tensors, containers and numbers but got builtins.eval, which it does not run",
  "reads_attributes.pt":
    "TypeError: decodeTorch: parseTorch of archive/data.pkl expects tensors, containers and numbers but got builtins.getattr, which it does not run",
  "module.pt":
    "TypeError: decodeTorch: parseTorch of archive/data.pkl expects tensors, containers and numbers but got torch.nn.modules.linear.Linear, which it does not run",
  "sparse.pt":
    "TypeError: decodeTorch: parseTorch of archive/data.pkl expects tensors, containers and numbers but got torch._utils._rebuild_sparse_tensor, which it does not run",
  "complex.pt":
    "TypeError: decodeTorch: parseTorch of archive/data.pkl expects tensors, containers and numbers but got torch.ComplexFloatStorage, which it does not run",
  "too_large_integers.pt":
    "RangeError: decodeTorch: parseTorch of archive/data/0 expects 64-bit integers that fit int32 but got 1099511627776 at index 1",
  "legacy.pt":
    "TypeError: decodeTorch: parseTorch expects a zip archive but got the format before torch 1.6: save it again with torch.save",
  "protocol0.pt":
    "TypeError: decodeTorch: parseTorch of archive/data.pkl expects instructions of plain data in the pickle but got PUT",
  "truncated.pt":
    "SyntaxError: decodeTorch: parseTorch expects a zip archive, which ends with a directory, but got 1477 bytes without one",
  "flipped_element.pt":
    'SyntaxError: decodeTorch: parseTorch expects CRC-32 3e667d78 for "archive/data/0" but got 811a86cf',
  "no_storage.pt":
    "SyntaxError: decodeTorch: parseTorch expects 16 bytes of float32 in archive/data/0 but got no such file",
  "short_storage.pt":
    "SyntaxError: decodeTorch: parseTorch expects 16 bytes of float32 in archive/data/0 but got 12",
  "beyond_storage.pt":
    "SyntaxError: decodeTorch: parseTorch expects a tensor inside of its storage of 4 elements but got [2,2] with strides [2,1] from 1 on",
  "negative_stride.pt":
    "SyntaxError: decodeTorch: parseTorch expects other arguments for torch._utils._rebuild_tensor_v2",
  "fraction.pt":
    "SyntaxError: decodeTorch: parseTorch expects other arguments for torch._utils._rebuild_tensor_v2",
  "itself.pt": "RangeError: decodeTorch: parseTorch expects data that ends but got data that contains itself",
  "truncated_pickle.pt":
    "SyntaxError: decodeTorch: parseTorch of archive/data.pkl expects 8 bytes more in the pickle but got 6",
  "trailing_pickle.pt":
    "SyntaxError: decodeTorch: parseTorch of archive/data.pkl expects a pickle that is whole but got 2 bytes after its end",
  "no_operands.pt":
    "SyntaxError: decodeTorch: parseTorch of archive/data.pkl expects a pickle that is whole but got an instruction without its operands",
  "no_memo.pt":
    "SyntaxError: decodeTorch: parseTorch of archive/data.pkl expects a pickle that is whole but got a reference to part 5, which is not there",
  "no_pickle.pt":
    "TypeError: decodeTorch: parseTorch expects an archive of torch.save with one data.pkl but got 0 among its 2 files",
};

Deno.test("every broken file is refused by name, and nothing of it is loaded or run", () => {
  assertEquals(Object.keys(refused).sort(), Object.keys(contents.broken).sort());
  const held = info().heapUsed;
  for (const [name, message] of Object.entries(refused)) {
    let got = "nothing";
    try {
      decodeTorch(read(name));
    } catch (error) {
      got = String(error);
    }
    assertEquals(got, message, name);
  }
  assertEquals(info().heapUsed, held);
});

Deno.test("a pickle with other bytes in it is read or refused, whatever they are", () => {
  const files = unzipSync(read("protocol2.pt"));
  const name = Object.keys(files).find((one) => one.endsWith("data.pkl"))!;
  const change = fc.tuple(fc.nat(files[name].length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const pickle = files[name].slice();
      for (const [at, byte] of changes) pickle[at] = byte;
      const bytes = zipSync({ ...files, [name]: pickle }, { level: 0 });
      try {
        decodeTorch(bytes);
      } catch (error) {
        const known = [SyntaxError, TypeError, RangeError].some((Kind) => error instanceof Kind);
        if (!known || !(error as Error).message.startsWith("decodeTorch: parseTorch")) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("parts that a pickle shares many times over are read once", () => {
  // Fifty lists, each of which has the one before it twice: 2^50 parts if they were read as a tree.
  const instructions = [0x80, 2, 0x5d, 0x71, 0];
  for (let i = 1; i <= 50; i++) instructions.push(0x68, i - 1, 0x68, i - 1, 0x86, 0x71, i);
  // All but the last are left over on the stack: they are popped by a mark before them.
  const pickle = Uint8Array.from([
    ...instructions.slice(0, 2),
    0x28,
    ...instructions.slice(2),
    0x31,
    0x68,
    50,
    0x2e,
  ]);
  let value = decodeTorch<unknown[]>(zipSync({ "data.pkl": pickle }, { level: 0 }));
  for (let i = 0; i < 50; i++) value = value[0] as unknown[];
  assertEquals(value, []);
});

Deno.test("a file with other bytes in it is refused, or holds what it held", () => {
  const bytes = read("protocol4.pt");
  const whole = JSON.stringify(described(decodeTorch(bytes)));
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(change, fc.boolean(), ([at, flip], cut) => {
      const other = cut ? bytes.slice(0, at) : bytes.slice();
      if (!cut) other[at] ^= flip;
      let got: string;
      try {
        got = JSON.stringify(described(decodeTorch(other)));
      } catch (error) {
        if ([SyntaxError, TypeError, RangeError].some((Kind) => error instanceof Kind)) return;
        throw error;
      }
      // Some bytes of an archive are of no account, such as times, or the alignment of storages.
      assertEquals(got, whole);
    }),
    { numRuns: 1000 },
  );
});
