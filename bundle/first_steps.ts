/**
 * What most programs do first: make tensors, compute and print, and train a network with a compiled step. What it
 * calls of the package is compiled as soon as that is loaded: see `bundle/eager.ts`.
 *
 * @module
 */
import * as weft from "@weft/weft";
import * as nn from "@weft/weft/nn";
import { adam, adamW, chain, clipByGlobalNorm } from "@weft/weft/optim";
import { warmupCosine } from "@weft/weft/schedules";

const { add, matmul, random, relu, sum, tensor, valueAndGrad } = weft;

/** Numbers that need no generator. */
const some = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i));

/** Products, sums and elementwise operations, small and large, of sizes that tiles fill and do not. */
function compute(): void {
  for (const size of [2, 30, 256, 257]) {
    const x = tensor(some(size * size), { shape: [size, size] });
    const y = matmul(x, weft.transpose(x)).add(1).multiply(x);
    console.log(sum(y).item(), weft.mean(y, { axes: 0 }).slice([[0, 2]]).toArray(), weft.max(y).item());
  }
  console.log(tensor([[1, 2], [3, 4]]), weft.info().threads);
}

/** Two steps of a network of layers, compiled. */
function train(batch: number): void {
  const net = nn.sequential({
    hidden: nn.dense({ features: 64 }),
    relu: nn.relu,
    head: nn.dense({ features: 10 }),
  });
  const schedule = warmupCosine({ peak: 1e-3, warmupSteps: 10, steps: 100 });
  const optimizer = chain(clipByGlobalNorm(1), adamW({ learningRate: schedule }));
  const { params } = net.init(random.key(0), [784]);
  const labels = tensor(Int32Array.from({ length: batch }, (_, i) => i % 10));
  const x = tensor(some(batch * 784), { shape: [batch, 784] });
  const step = weft.compile(
    (carried: { params: typeof params; state: ReturnType<typeof optimizer.init> }) => {
      const { value, gradient } = valueAndGrad((p: typeof params) =>
        nn.softmaxCrossEntropy(net.apply({ params: p, state: {} as never }, x).output, labels)
      )(carried.params);
      return { carried: optimizer.step(carried.state, gradient, carried.params), loss: value };
    },
    { donate: [0] },
  );
  let carried = { params, state: optimizer.init(params) };
  for (let i = 0; i < 2; i++) {
    const { carried: next, loss } = step(carried);
    carried = next;
    console.log(loss.item());
  }
}

/** Two steps of a network written out, with two hidden layers. */
function trainPlain(batch: number): void {
  const weights = (rows: number, columns: number): weft.Tensor =>
    tensor(some(rows * columns), { shape: [rows, columns] });
  const params = {
    w1: weights(784, 512),
    b1: weft.zeros([512]),
    w2: weights(512, 256),
    b2: weft.zeros([256]),
    w3: weights(256, 10),
    b3: weft.zeros([10]),
  };
  type Params = typeof params;
  const optimizer = adam({ learningRate: 1e-3 });
  const x = tensor(some(batch * 784), { shape: [batch, 784] });
  const labels = tensor(Int32Array.from({ length: batch }, (_, i) => i % 10));
  const loss = (p: Params, x: weft.Tensor, labels: weft.Tensor): weft.Tensor => {
    const hidden = relu(add(matmul(relu(add(matmul(x, p.w1), p.b1)), p.w2), p.b2));
    return nn.softmaxCrossEntropy(add(matmul(hidden, p.w3), p.b3), labels);
  };
  let carried = { params, state: optimizer.init(params) };
  const step = weft.compile(({ params, state }: typeof carried, x: weft.Tensor, labels: weft.Tensor) => {
    const { value, gradient } = valueAndGrad((p: Params) => loss(p, x, labels))(params);
    return { carried: optimizer.step(state, gradient, params), value };
  }, { donate: [0] });
  for (let i = 0; i < 2; i++) {
    const { carried: next, value } = step(carried, x, labels);
    carried = next;
    console.log(value.item());
  }
}

weft.configure({ threads: Number(Deno.args[0]) });
compute();
train(32);
trainPlain(128);
