/**
 * How golden cases of torch's modules are run: a layer of the options, its params and state out of torch's tensors.
 *
 * @module
 */
import type { Params } from "../../nn/mod.ts";
import { random, type Tensor, tensor } from "../../tensor/mod.ts";
import type { NnCase, Run } from "./nn_cases.ts";
import { TORCH_LAYERS } from "./torch_layers_table.ts";

/** Names of what a module is applied to; all others are in its state_dict. */
export const DATA: readonly string[] = ["x", "x1", "x2", "offsets", "weights"];

/** How a case of a module of torch is run; null where there is no such layer or option. */
export function torchModuleRun({ op, ref, options, dtype, inputs = [], ...one }: NnCase): Run | null {
  if (!ref.startsWith("torch.nn.") || !Object.hasOwn(TORCH_LAYERS, op)) return null;
  const module = TORCH_LAYERS[op];
  const known = ["training", "num_batches_tracked", ...module.options];
  if (Object.keys(options).some((option) => !known.includes(option))) return null;
  const names = one.inputNames ?? ["x"];
  const shapes = Object.fromEntries(names.map((name, i) => [name, inputs[i].shape]));
  const layer = module.layer({ options, shapes, dtype });
  if (layer === null) return null;
  const batches = options.num_batches_tracked as number | undefined;
  return (given) => {
    const [x, context] = given.filter((_, i) => DATA.includes(names[i]));
    const tensors: Record<string, Tensor> = Object.fromEntries(
      names.flatMap((name, i) => DATA.includes(name) ? [] : [[name.replaceAll(".", "/"), given[i]]]),
    );
    if (batches !== undefined) tensors.num_batches_tracked = tensor(batches, { dtype: "int32" });
    const like = layer.init(random.key(0), x.shape.slice(1));
    const variables = layer.torch === undefined ? like : layer.torch.fromTorch(tensors, like);
    if (module.run !== undefined) {
      const data = names.flatMap((name, i) => DATA.includes(name) ? [[name, given[i]]] : []);
      return [module.run(layer, variables, Object.fromEntries(data))];
    }
    const { output, state } = layer.apply(variables, x, { training: options.training === true, context });
    if (one.outputs === undefined) return [output];
    const after = layer.torch!.toTorch({ params: {}, state: state as Params });
    const updated = (one.outputNames ?? []).slice(1).map((name) => after[name.replace(/^updated /, "")]);
    return [output, ...updated];
  };
}
