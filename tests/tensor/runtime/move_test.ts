/**
 * The heap when it moves to a larger memory.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import {
  add,
  all,
  arange,
  compile,
  configure,
  info,
  matmul,
  ones,
  scope,
  shutdown,
  sum,
  tap,
  type Tensor,
  tensor,
  whileLoop,
} from "../../../tensor/mod.ts";
import { allocate, memory, release, views } from "../../../tensor/runtime/heap.ts";

const MEBIBYTE = 1024 * 1024;

Deno.test("a heap that is full moves to a larger memory in the midst of a compiled loop, with workers and all", () => {
  configure({ threads: 2 });
  const x = arange(300 * 300).reshape([300, 300]);
  const product = compile((x: Tensor) => sum(matmul(x, x), { axes: 1 }));
  const expected = product(x).toArray();
  const deadline = performance.now() + 20_000;
  while (info().workers === 0 && performance.now() < deadline) scope(() => void product(x));
  assertEquals(info().workers, 1);

  const first = memory();
  const heap = views();
  assertEquals(first.buffer.byteLength, 256 * MEBIBYTE);
  const blocks: number[] = [];
  const take = (bytes: number): void => {
    const address = allocate(bytes);
    heap.uint8.fill(blocks.length, address, address + 1000);
    blocks.push(address);
  };
  for (let i = 0; i < 7; i++) take(32 * MEBIBYTE);
  const count = compile((start: Tensor) =>
    whileLoop((x: Tensor) => all(x.less(20)), (x: Tensor) => {
      const seen = tap(x, () => memory() === first && take(4 * MEBIBYTE));
      return add(seen, matmul(ones([2, 2]), tensor([[0.5], [0.5]])).reshape([2]));
    }, start)
  );
  assertEquals(count(tensor([0, 1])).toArray(), [19, 20]);

  assertEquals(memory() === first, false);
  assertEquals(views() === heap, true);
  assertEquals(heap.memory === memory() && heap.uint8.length === info().heapLimit, true);
  blocks.forEach((address, i) => assertEquals([heap.uint8[address], heap.uint8[address + 999]], [i, i]));
  assertEquals(x.slice([[0, 1], [0, 3]]).toArray(), [[0, 1, 2]]);
  assertEquals(product(x).toArray(), expected);
  assertEquals(matmul(x, x).sum({ axes: 1 }).toArray(), expected);
  while (info().workers === 0 && performance.now() < deadline) scope(() => void product(x));
  assertEquals(product(x).toArray(), expected);
  for (const address of blocks) release(address);
  const { heapUsed } = info();
  release(allocate(1024 * MEBIBYTE));
  assertEquals(info().heapUsed, heapUsed);
  shutdown();
});
