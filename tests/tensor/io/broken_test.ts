/**
 * What is said about each of the damaged files.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { parseNpy } from "../../../tensor/io/npy.ts";
import { parseNpz } from "../../../tensor/io/npz.ts";
import { parseSafetensors } from "../../../tensor/io/safetensors.ts";
import { contents, readGolden } from "./golden.ts";

const parsers = { npy: parseNpy, npz: parseNpz, safetensors: parseSafetensors };

// What is said about each file: the class of the error and its message.
const expected: Readonly<Record<string, string>> = {
  "truncated_data.npy":
    "SyntaxError: parseNpy expects 24 bytes for float32 elements of shape [2, 3] but got 20",
  "truncated_header.npy":
    "SyntaxError: parseNpy expects a header of at most 30 bytes but got a length of 118",
  "only_magic.npy": "SyntaxError: parseNpy expects a .npy file of at least 10 bytes but got 6",
  "bad_magic.npy":
    "SyntaxError: parseNpy expects the magic bytes 93 4e 55 4d 50 59 of a .npy file but got 93 4e 55 4d 50 58",
  "nothing.npy": "SyntaxError: parseNpy expects a .npy file of at least 10 bytes but got 0",
  "version9.npy": "SyntaxError: parseNpy expects .npy version 1.0, 2.0 or 3.0 but got 9.0",
  "extra_data.npy": "SyntaxError: parseNpy expects 24 bytes for float32 elements of shape [2, 3] but got 32",
  "objects.npy":
    "TypeError: parseNpy expects elements that are bool, integers or real numbers of up to 8 bytes but got '|O'",
  "records.npy":
    "TypeError: parseNpy expects elements that are bool, integers or real numbers of up to 8 bytes but got a structured type",
  "strings.npy":
    "TypeError: parseNpy expects elements that are bool, integers or real numbers of up to 8 bytes but got '<U2'",
  "complex.npy":
    "TypeError: parseNpy expects elements that are bool, integers or real numbers of up to 8 bytes but got '<c16'",
  "bad_dict.npy":
    "SyntaxError: parseNpy expects a header with the keys descr, fortran_order and shape but got dexcr, fortran_order, shape",
  "negative_shape.npy":
    "RangeError: parseNpy expects a shape of whole numbers with a product below 2^53 but got [-2, 3]",
  "truncated.npz":
    "SyntaxError: parseNpz expects a zip archive, which ends with a directory, but got 250 bytes without one",
  "bad_crc.npz": 'SyntaxError: parseNpz expects CRC-32 2be12124 for "a.npy" but got 007b0540',
  "not_a_zip.npz":
    "SyntaxError: parseNpz expects a zip archive, which ends with a directory, but got 26 bytes without one",
  "truncated_data.safetensors": "SyntaxError: parseSafetensors expects 24 bytes of data but got 20",
  "extra_data.safetensors": "SyntaxError: parseSafetensors expects 24 bytes of data but got 28",
  "header_too_long.safetensors":
    "SyntaxError: parseSafetensors expects a header of at most 88 bytes but got a length of 1099511627776",
  "header_beyond_file.safetensors":
    "SyntaxError: parseSafetensors expects a header of at most 88 bytes but got a length of 1064",
  "short.safetensors": "SyntaxError: parseSafetensors expects a file of at least 8 bytes but got 5",
  "not_json.safetensors": 'SyntaxError: parseSafetensors expects a header in JSON but got "{not json}"',
  "array_header.safetensors":
    'SyntaxError: parseSafetensors expects a header that is an object but got "[1]"',
  "unknown_dtype.safetensors": 'TypeError: parseSafetensors expects a known dtype for "x" but got "F33"',
  "wrong_size.safetensors":
    'SyntaxError: parseSafetensors expects 32 bytes for "x" of F32 and shape [2, 4] but got 24',
  "negative_offset.safetensors":
    'SyntaxError: parseSafetensors expects whole numbers for "x" but got shape [2,3] and data_offsets [-4,20]',
  "beyond.safetensors":
    'SyntaxError: parseSafetensors expects data without holes and overlaps but got "x" at offset 8 instead of 0',
  "overlap.safetensors":
    'SyntaxError: parseSafetensors expects data without holes and overlaps but got "b" at offset 0 instead of 24',
  "hole.safetensors":
    'SyntaxError: parseSafetensors expects data without holes and overlaps but got "x" at offset 4 instead of 0',
  "metadata_number.safetensors":
    'SyntaxError: parseSafetensors expects __metadata__ to be an object of texts but got {"a":1}',
  "duplicate_key.safetensors": 'SyntaxError: parseSafetensors expects each name once but got "x" twice',
  "invalid_utf8.safetensors": "SyntaxError: parseSafetensors expects a header in UTF-8 but got other bytes",
};

for (const [path, { wrong }] of Object.entries(contents.broken)) {
  const name = path.replace("broken/", "");
  const parse = parsers[name.split(".").at(-1) as keyof typeof parsers];
  Deno.test(`${parse.name}() refuses ${name}: ${wrong}`, () => {
    let got = "nothing thrown";
    try {
      parse(readGolden(path));
    } catch (error) {
      got = String(error);
    }
    assertEquals(got, expected[name]);
  });
}
