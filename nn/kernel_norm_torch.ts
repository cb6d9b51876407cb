/**
 * How layers with normed kernels stand in torch, whose parametrizations keep tensors of their own.
 *
 * @module
 */
import { expandDims, reshape, type Tensor } from "../tensor/mod.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import type { Layer, Params, TorchForm, TorchTensors } from "./layer.ts";
import { lazyTensors } from "./torch_form.ts";

const PREFIX = "parametrizations";

/** A kernel in the form of its layer: its name in torch, and tensors of its axes to torch's order and back. */
interface KernelForm {
  readonly name: string;
  to(value: Tensor): Tensor;
  from(value: Tensor, like: Tensor): Tensor;
}

function kernelForm(form: TorchForm, key: string, kernel: Tensor): KernelForm {
  const [name] = Object.keys(form.toTorch({ params: { [key]: kernel }, state: {} }));
  return {
    name,
    to: (value) => form.toTorch({ params: { [key]: value }, state: {} })[name],
    from: (value, like) =>
      form.fromTorch({ [name]: value }, { params: { [key]: like }, state: {} }).params[key] as Tensor,
  };
}

/** The tensors with that of the kernel under its own name. */
function withKernel(tensors: TorchTensors, name: string, place: string): TorchTensors {
  const names = Object.keys(tensors).filter((one) => !one.startsWith(`${PREFIX}/`));
  return lazyTensors([...names, name], (one) => tensors[one === name ? place : one]);
}

/** The tensors of a layer but for its kernel. */
function others(form: TorchForm, key: string, params: Params, state: Params): TorchTensors {
  const { [key]: _kernel, ...rest } = params;
  return form.toTorch({ params: rest, state });
}

/** As torch.nn.utils.parametrizations.weight_norm has it: the lengths first, then the directions. */
export function weightNormTorch({ torch: form }: Layer, key: string): { readonly torch?: TorchForm } {
  if (form === undefined) return {};
  return {
    torch: {
      toTorch({ params, state }) {
        const { magnitude, base } = params as { readonly magnitude: Tensor; readonly base: Params };
        const kernel = kernelForm(form, key, base[key] as Tensor);
        const path = `${PREFIX}/${kernel.name}`;
        return {
          ...others(form, key, base, state),
          [`${path}/original0`]: kernel.to(magnitude),
          [`${path}/original1`]: kernel.to(base[key] as Tensor),
        };
      },
      fromTorch(tensors, like) {
        const { magnitude, base } = like.params as { readonly magnitude: Tensor; readonly base: Params };
        const kernel = kernelForm(form, key, base[key] as Tensor);
        const path = `${PREFIX}/${kernel.name}`;
        const own = withKernel(tensors, kernel.name, `${path}/original1`);
        const { params, state } = form.fromTorch(own, { params: base, state: like.state });
        return {
          params: { magnitude: kernel.from(tensors[`${path}/original0`], magnitude), base: params },
          state,
        };
      },
      ignored: form.ignored,
    },
  };
}

/** As torch.nn.utils.parametrizations.spectral_norm has it, with both singular vectors beside the kernel. */
export function spectralNormTorch(
  { torch: form }: Layer,
  key: string,
  axis: number,
): { readonly torch?: TorchForm } {
  if (form === undefined) return {};
  /** The right vector along the axes of the kernel, but for that of the outputs. */
  const spread = (right: Tensor, { shape, rank }: Tensor): Tensor => {
    const along = normalizeAxis("spectralNorm", axis, rank);
    return expandDims(reshape(right, shape.filter((_, i) => i !== along)), along);
  };
  return {
    torch: {
      toTorch({ params, state }) {
        const kernel = kernelForm(form, key, params[key] as Tensor);
        const path = `${PREFIX}/${kernel.name}`;
        const { left, right, base } = state as {
          readonly left?: Tensor;
          readonly right?: Tensor;
          readonly base?: Params;
        };
        return {
          ...others(form, key, params, base ?? {}),
          [`${path}/original`]: kernel.to(params[key] as Tensor),
          ...(left === undefined ? {} : { [`${path}/0/_u`]: left }),
          ...(right === undefined
            ? {}
            : { [`${path}/0/_v`]: reshape(kernel.to(spread(right, params[key] as Tensor)), [-1]) }),
        };
      },
      fromTorch(tensors, like) {
        const kernel = kernelForm(form, key, like.params[key] as Tensor);
        const path = `${PREFIX}/${kernel.name}`;
        const own = withKernel(tensors, kernel.name, `${path}/original`);
        const base = (like.state.base ?? {}) as Params;
        const { params, state } = form.fromTorch(own, { params: like.params, state: base });
        if (like.state.right === undefined) return { params, state: {} };
        const place = spread(like.state.right as Tensor, like.params[key] as Tensor);
        const right = reshape(tensors[`${path}/0/_v`], kernel.to(place).shape);
        return {
          params,
          state: {
            left: tensors[`${path}/0/_u`],
            right: reshape(kernel.from(right, place), [-1]),
            base: state,
          },
        };
      },
      ignored: form.ignored,
    },
  };
}
