/**
 * One product of 256 x 256 matrices in weft, its sum printed.
 *
 * @module
 */
import { configure, matmul, tensor } from "@weft/weft/tensor";
import { normal } from "../inputs.ts";

configure({ threads: Number(Deno.args[0]) });
const [a, b] = [normal(100, 0, [256, 256]), normal(100, 1, [256, 256])];
console.log(matmul(tensor(a.data, { shape: a.shape }), tensor(b.data, { shape: b.shape })).sum().item());
