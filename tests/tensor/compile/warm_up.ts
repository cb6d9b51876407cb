/**
 * Having workers there before what is to be shared with them is short.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";

/** Sets the number of threads and works until all of them take part. */
export function warmUp(threads: number): void {
  t.configure({ threads });
  const deadline = performance.now() + 10_000;
  t.scope(() => {
    const x = t.ones([300, 300]);
    while (t.info().workers < threads - 1 && performance.now() < deadline) t.scope(() => void t.matmul(x, x));
  });
  if (t.info().workers < threads - 1) {
    throw new Error(`Expected ${threads - 1} workers but got ${t.info().workers}`);
  }
}
