/**
 * How recurrent layers stand in a state_dict of torch.
 *
 * @module
 */
import type { Params, TorchForm, TorchTensors } from "./layer.ts";

/** What stands behind torch's names of the tensors of a part such as `layer0Reverse`. */
function suffixOf(part: string): string {
  const [, layer, backwards] = /^layer(\d+)(Reverse)?$/.exec(part)!;
  return `_l${layer}${backwards === undefined ? "" : "_reverse"}`;
}

/** The form of a recurrent layer, from that of its cell: `weight_ih_l0`, `weight_hh_l0_reverse` and so on. */
export function torchRecurrent(cell: TorchForm): TorchForm {
  return {
    toTorch: ({ params }) =>
      Object.fromEntries(
        Object.entries(params).flatMap(([part, values]) =>
          Object.entries(cell.toTorch({ params: values as Params, state: {} })).map((
            [name, value],
          ) => [`${name}${suffixOf(part)}`, value])
        ),
      ),
    fromTorch: (tensors, like) => ({
      params: Object.fromEntries(
        Object.entries(like.params).map(([part, values]) => {
          const suffix = suffixOf(part);
          const own: TorchTensors = Object.fromEntries(
            Object.entries(tensors).flatMap(([name, value]) =>
              name.endsWith(suffix) ? [[name.slice(0, -suffix.length), value]] : []
            ),
          );
          return [part, cell.fromTorch(own, { params: values as Params, state: {} }).params];
        }),
      ),
      state: {},
    }),
    ignored: [],
  };
}
