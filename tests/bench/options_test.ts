/**
 * The command line of the benchmark, and how results are compared.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { difference } from "../../bench/compare.ts";
import { OptionError, parseOptions } from "../../bench/options.ts";

Deno.test("parseOptions() takes names and their beginnings", () => {
  const options = parseOptions(["--workloads", "W2,W1_matmul", "--peers=jax-js", "--threads", "1"])!;
  assertEquals(options.workloads, ["W1_matmul_256", "W1_matmul_512", "W1_matmul_960", "W2_mlp"]);
  assertEquals(options.peers, ["jax-js", "jax-js-sync"]);
  assertEquals(parseOptions(["--peers", "jax,torch", "--python", "python3"])!.peers, [
    "torch",
    "torch-compile",
    "jax",
  ]);
  assertEquals(options.threads, [1]);
  assertEquals(parseOptions(["--weft"])!.peers, []);
  assertEquals(parseOptions(["--help"]), null);
});

Deno.test("parseOptions() names what it does not know", () => {
  assertThrows(() => parseOptions(["--fast", "--weft"]), OptionError, "--fast");
  assertThrows(() => parseOptions(["--workloads", "W99"]), OptionError, "W99");
  assertThrows(() => parseOptions(["--peers", "torch"]), OptionError, "torch");
  assertThrows(() => parseOptions(["--threads", "0"]), OptionError, "--threads");
  assertThrows(() => parseOptions(["--seconds", "soon"]), OptionError, "soon");
});

Deno.test("difference() tells of losses and sums that are far apart", () => {
  const own = { ms: 1, least: 1, first: [1, 0.9, 0.8], checksum: [3, 10] };
  assertEquals(difference(own, { ...own, first: [1.0001, 0.9, 0.8] }), null);
  assertEquals(difference(own, { ...own, first: [1, 0.9, 0.7] }), "step 3 read 0.8 and 0.7");
  assertEquals(difference(own, { ...own, checksum: [3, 10.1] }), "the sum of absolute values is 10 and 10.1");
  assertEquals(difference(own, { ...own, first: [1, NaN, 0.8] }), "step 2 read 0.9 and NaN");
});
