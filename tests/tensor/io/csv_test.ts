import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { decodeCsv } from "../../../tensor/io/mod.ts";

Deno.test("decodeCsv() reads columns with quotes, separators, chosen columns and empty cells", () => {
  const table = decodeCsv('"a, b";c\n1;2\n"-3.5e1";NaN\n', { separator: ";" });
  assertEquals(Object.keys(table), ["a, b", "c"]);
  assertEquals(table["a, b"].toArray(), [1, -35]);
  assertEquals(table.c.toArray(), [2, NaN]);
  assertEquals(decodeCsv("1,2\n3,4\n", { header: false, dtype: "int32" })["1"].toArray(), [2, 4]);
  assertEquals(Object.keys(decodeCsv("a,b,c\n1,2,3\n", { columns: ["c", "a"] })), ["c", "a"]);
  assertEquals(decodeCsv("a\n\n", { empty: 7 }).a.shape[0] <= 1, true);
  assertEquals(decodeCsv("a,b\n1,\n", { empty: 7 }).b.toArray(), [7]);
  assertEquals(decodeCsv("a,b\ninf,-Inf\n").b.toArray(), [-Infinity]);
  const { kind } = decodeCsv("x,kind\n1,oak\n2,elm\n", { classes: { kind: ["elm", "oak"] } });
  assertEquals([kind.dtype, kind.toArray()], ["int32", [1, 0]]);
});

Deno.test("decodeCsv() names the row and the column of what it cannot read", () => {
  assertThrows(() => decodeCsv("a,b\n1,x\n"), SyntaxError, 'a number for b in row 2 but got "x"');
  assertThrows(() => decodeCsv("a,b\n1,\n"), SyntaxError, 'a number for b in row 2 but got ""');
  assertThrows(() => decodeCsv("a,b\n1\n"), SyntaxError, "2 cells in row 2 but got 1");
  assertThrows(() => decodeCsv("a,a\n1,2\n"), SyntaxError, "each name once but got a twice");
  assertThrows(() => decodeCsv("a\n1\n", { columns: ["b"] }), RangeError, "columns out of a but got b");
  assertThrows(() => decodeCsv("a,b\n1,2\n1,2,3\n"), SyntaxError, "2 cells in row 3 but got 3");
  assertThrows(
    () => decodeCsv("a\n1.5\n", { dtype: "int32" }),
    SyntaxError,
    'a whole number for a in row 2 but got "1.5"',
  );
  assertThrows(
    () => decodeCsv("a\nx\n", { classes: { a: ["y"] } }),
    SyntaxError,
    'one of y for a in row 2 but got "x"',
  );
  assertThrows(
    () => decodeCsv("a\nx\n", { classes: { b: ["y"] } }),
    RangeError,
    "columns out of a but got b",
  );
  assertThrows(() => decodeCsv(3 as unknown as string), TypeError, "decodeCsv expects text but got number");
  assertThrows(() => decodeCsv('a\n"1'), SyntaxError, "decodeCsv expects a table");
});
