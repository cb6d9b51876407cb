/**
 * The tensors of a layer, here and in torch.
 *
 * @module
 */
import { type Layer, toTorch, type Variables } from "../../nn/mod.ts";
import { fullLike, type Shape, type Tensor, tree } from "../../tensor/mod.ts";

/** A tensor of a layer. */
export interface LayerTensor {
  readonly kind: "params" | "state";
  readonly path: string;
  readonly shape: Shape;
  /** The tensors of torch that it stands in, with their shapes; null where the layer does not say. */
  readonly torch: readonly { readonly name: string; readonly shape: Shape }[] | null;
}

/** The tensors of a layer. Each is filled with a number of its own, by which it is found again in torch's form. */
export function tensorsOf(layer: Layer, variables: Variables): readonly LayerTensor[] {
  let count = 0;
  const marked = tree.map(variables, (leaf) => fullLike(leaf as Tensor, ++count)) as Variables;
  const tensors = formOf(layer, marked);
  return tree.entries(marked).map(({ path, value }) => {
    const [kind, ...rest] = path.split("/") as ["params" | "state", ...string[]];
    const marker = [...(value as Tensor).data()][0];
    return {
      kind,
      path: rest.join("/"),
      shape: (value as Tensor).shape,
      torch: tensors === null ? null : Object.entries(tensors)
        .filter(([, tensor]) => [...tensor.data()].includes(marker))
        .map(([name, { shape }]) => ({ name, shape })),
    };
  });
}

function formOf(layer: Layer, variables: Variables): Readonly<Record<string, Tensor>> | null {
  try {
    return toTorch(layer, variables);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
