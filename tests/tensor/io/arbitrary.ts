/**
 * Arbitrary array records for round trips.
 *
 * @module
 */

import fc from "fast-check";
import type { ArrayRecord } from "../../../tensor/io/array_record.ts";
import { isHalf, typedArray } from "../../../tensor/dtype.ts";

/** Records of every dtype, rank 0 to 4, with empty axes, and with every bit pattern but other NaN. */
export const arbitraryRecord: fc.Arbitrary<ArrayRecord> = fc.record({
  dtype: fc.constantFrom("float32", "float64", "float16", "int32", "uint32", "uint8", "bool"),
  shape: fc.array(fc.nat(3), { maxLength: 4 }),
}).chain(({ dtype, shape }) => {
  const length = shape.reduce((product, size) => product * size, 1);
  const element = {
    float32: fc.float(),
    float64: fc.double(),
    float16: fc.nat(65535),
    int32: fc.integer(),
    uint32: fc.nat().map((value) => value * 2),
    uint8: fc.nat(255),
    bool: fc.nat(1),
  }[dtype];
  return fc.array(element, { minLength: length, maxLength: length }).map((values) => {
    const data = isHalf(dtype) ? new Uint16Array(length) : typedArray(dtype, length);
    data.set(values);
    return { dtype, shape, data };
  });
});

/** Records by names that are awkward for objects, paths and encodings. */
export const arbitraryRecords: fc.Arbitrary<Record<string, ArrayRecord>> = fc.uniqueArray(
  fc.tuple(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("a/b", "__proto__", "constructor", "ähnlich", "重み", "0", "a.npy", "\u0000", '"\\'),
    ),
    arbitraryRecord,
  ),
  { selector: ([name]) => name, maxLength: 5 },
).map((pairs) => Object.fromEntries(pairs));
