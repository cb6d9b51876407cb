/**
 * One step of W2 in weft, its loss printed.
 *
 * @module
 */
import * as weft from "@weft/weft";
import { mlp } from "../workloads/w2_mlp.ts";

weft.configure({ threads: Number(Deno.args[0]) });
console.log(await mlp.weft(weft).step());
