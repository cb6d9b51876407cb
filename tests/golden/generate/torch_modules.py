"""nn_torch_modules.json: modules of torch.nn with their state_dict, outputs, gradients and updated buffers.

    python torch_modules.py [seed] [file] [dtypes]

Run with torch 2.8.0 on a CPU. A case has the options of the module under torch's names; its inputs are the tensors of
the state_dict, then the data. Sizes that options do not tell are those of the tensors."""
import json
import sys
import zlib

import numpy as np
import torch

from common import number

torch.set_num_threads(1)
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 7
FILE = sys.argv[2] if len(sys.argv) > 2 else "../nn_torch_modules.json"
DTYPES = sys.argv[3].split(",") if len(sys.argv) > 3 else ["float64"]


def generator(name):
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def floats(random, shape, dtype, size=1.0):
    return torch.tensor(np.round(random.standard_normal(tuple(shape)) * size, 3) + 0.0).to(getattr(torch, dtype))


def encoded(x):
    x = x.detach().numpy()
    if x.dtype == np.int64:
        x = x.astype(np.int32)
    values = [number(v) if x.dtype != np.int32 else str(int(v)) for v in x.reshape(-1)]
    return f'{{"shape":{json.dumps(list(x.shape))},"dtype":"{x.dtype.name}","data":[{",".join(values)}]}}'


def ints(values):
    return lambda random, dtype: torch.tensor(values)


def normal(*shape):
    return lambda random, dtype: floats(random, shape, dtype)


CASES = []


def case(label, make, data, options, *, training=False, names=("x",), batches=None, arguments=None):
    """One module, once in each dtype."""
    for dtype in DTYPES:
        module = make().to(getattr(torch, dtype)).train(training)
        op = type(module).__name__
        name = f"{op}/torch {label}/{dtype}"
        random = generator(f"{op}/{label}")
        state, tensors = {}, {}
        for key, value in module.state_dict().items():
            if key.endswith("num_batches_tracked"):
                state[key] = torch.tensor(batches or 0)
                continue
            value = floats(random, value.shape, dtype, 0.5)
            if key.endswith("running_var"):
                value = (value.abs() + 0.5).round(decimals=3)
            state[key] = value.requires_grad_(key in dict(module.named_parameters()))
            tensors[key] = state[key]
        inputs = [spec(random, dtype) for spec in data]
        inputs = [x.requires_grad_() if x.is_floating_point() else x for x in inputs]
        buffers = [key for key in tensors if not state[key].requires_grad]
        live = {key: value.clone() if not value.requires_grad else value for key, value in state.items()}
        given, keywords = (inputs, {}) if arguments is None else arguments(*inputs)
        # Embeddings with a greatest norm write into their weight, which a functional call does not let them.
        first = {key: value.detach().clone() for key, value in tensors.items()}
        if getattr(module, "max_norm", None) is None:
            output = torch.func.functional_call(module, live, tuple(given), keywords)
            learned = [state[key] for key in tensors]
        else:
            module.load_state_dict(first)
            output = module(*given, **keywords)
            learned = list(module.parameters())
        outputs = [output]
        updated = []
        if training and buffers:
            updated = [f"updated {key}" for key in buffers]
            outputs += [live[key] for key in buffers]
        wanted = [x for x in (*learned, *inputs) if x.requires_grad]
        cotangent = None
        gradients = []
        if wanted and output.requires_grad:
            cotangent = torch.tensor(np.round(random.standard_normal(tuple(output.shape)), 2) + 0.0).to(output.dtype)
            found = iter(torch.autograd.grad(output, wanted, cotangent, allow_unused=True))
            gradients = [next(found) if x.requires_grad else None for x in (*learned, *inputs)]
        parts = [f'"name":{json.dumps(name)}', f'"op":"{op}"', f'"ref":"torch.nn.{op}"']
        shown = dict(options)
        if training:
            shown["training"] = True
        if batches is not None:
            shown["num_batches_tracked"] = batches
        parts += [f'"options":{json.dumps(shown)}', f'"dtype":"{dtype}"']
        parts.append('"inputs":[' + ",".join(map(encoded, [*first.values(), *inputs])) + "]")
        parts.append(f'"inputNames":{json.dumps([*tensors, *names])}')
        cotangents = ["null" if cotangent is None else encoded(cotangent)] + ["null"] * len(updated)
        if updated:
            parts.append('"outputs":[' + ",".join(map(encoded, outputs)) + "]")
            parts.append(f'"outputNames":{json.dumps(["output", *updated])}')
            parts.append(f'"cotangents":[{",".join(cotangents)}]')
        else:
            parts.append(f'"output":{encoded(output)}')
            if cotangent is not None:
                parts.append(f'"cotangent":{cotangents[0]}')
        if cotangent is not None:
            shown = ["null" if g is None else encoded(g) for g in gradients]
            parts.append(f'"inputGradients":[{",".join(shown)}]')
        CASES.append("{" + ",".join(parts) + "}")


def layer(label, kind, sizes, options, data, **more):
    """A module of `torch.nn` by name, made of sizes, which the options do not tell, and options."""
    case(label, lambda: getattr(torch.nn, kind)(*sizes, **options), data, options, **more)


def convolutions():
    for rank in (1, 2, 3):
        extents = {1: (7,), 2: (5, 4), 3: (3, 3, 4)}[rank]
        x = [normal(2 if rank == 1 else 1, 4, *extents)]
        rows = [("plain", 6, {"kernel_size": 2}), ("strided, padded", 3, {"kernel_size": 3, "stride": 2, "padding": 1}),
                ("dilated", 2, {"kernel_size": 2, "dilation": 2, "padding": 1, "bias": False}),
                ("groups", 6, {"kernel_size": 2, "groups": 2}), ("depthwise", 8, {"kernel_size": 2, "groups": 4}),
                ("same", 3, {"kernel_size": 3, "padding": "same"}), ("same, even", 3, {"kernel_size": 2, "padding": "same"})]
        rows += [(mode, 2, {"kernel_size": 3, "padding": 1, "padding_mode": mode}) for mode in ("reflect", "replicate", "circular")]
        rows += [("circular, strided", 2, {"kernel_size": 2, "padding": 1, "stride": 2, "padding_mode": "circular"})]
        if rank > 1:
            each = {"kernel_size": [2, 3, 1][:rank], "stride": [1, 2, 1][:rank], "padding": [1, 0, 1][:rank]}
            rows += [("by axis", 2, each)]
        for label, features, options in rows:
            layer(label, f"Conv{rank}d", (4, features), options, x)
        small = [normal(2 if rank == 1 else 1, 4, *[max(2, e - 2) for e in extents])]
        for label, features, options in [
                ("plain", 3, {"kernel_size": 2}), ("strided", 3, {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}),
                ("dilated", 2, {"kernel_size": 2, "dilation": 2, "stride": 2, "bias": False}),
                ("groups", 6, {"kernel_size": 2, "groups": 2, "stride": 2}), ("depthwise", 4, {"kernel_size": 3, "groups": 4, "padding": 1})]:
            layer(label, f"ConvTranspose{rank}d", (4, features), options, small)


def norms():
    shapes = {1: (3,), 2: (2, 3), 3: (2, 2, 2)}
    for rank in (1, 2, 3):
        x = [normal(3, 4, *shapes[rank])]
        for training in (True, False):
            mode = "train" if training else "eval"
            for label, options, batches in [
                    ("plain", {}, None), ("momentum, eps", {"momentum": 0.3, "eps": 0.01}, None), ("no affine", {"affine": False}, None),
                    ("no statistics", {"track_running_stats": False}, None), ("cumulative", {"momentum": None}, 3)]:
                layer(f"{label}, {mode}", f"BatchNorm{rank}d", (4,), options, x, training=training, batches=batches)
            for label, options in [
                    ("plain", {}), ("affine", {"affine": True, "eps": 0.01}),
                    ("statistics", {"track_running_stats": True, "affine": True}), ("statistics, momentum", {"track_running_stats": True, "momentum": 0.4})]:
                layer(f"{label}, {mode}", f"InstanceNorm{rank}d", (4,), options, x, training=training)
    layer("rows, train", "BatchNorm1d", (4,), {}, [normal(5, 4)], training=True)
    for label, kind, options, shape in [
            ("last", "LayerNorm", {"normalized_shape": [4]}, (3, 4)), ("two axes, eps", "LayerNorm", {"normalized_shape": [3, 4], "eps": 0.1}, (2, 3, 4)),
            ("no affine", "LayerNorm", {"normalized_shape": [4], "elementwise_affine": False}, (3, 4)), ("no bias", "LayerNorm", {"normalized_shape": [4], "bias": False}, (3, 4)),
            ("plain", "RMSNorm", {"normalized_shape": [4]}, (3, 4)), ("two axes", "RMSNorm", {"normalized_shape": [3, 4], "eps": 0.1}, (2, 3, 4)),
            ("no affine", "RMSNorm", {"normalized_shape": [4], "elementwise_affine": False}, (3, 4)),
            ("3 groups", "GroupNorm", {"num_groups": 3, "num_channels": 6}, (2, 6, 4)), ("no affine", "GroupNorm", {"num_groups": 2, "num_channels": 6, "affine": False, "eps": 0.1}, (2, 6, 2, 3)),
            ("3", "LocalResponseNorm", {"size": 3}, (2, 5, 4)), ("even, options", "LocalResponseNorm", {"size": 4, "alpha": 0.5, "beta": 0.6, "k": 2.0}, (2, 5, 2, 3))]:
        layer(label, kind, (), options, [normal(*shape)])


def products():
    for label, options, x in [("rows", {}, (3, 4)), ("deep", {}, (2, 3, 4)), ("no bias", {"bias": False}, (3, 4))]:
        layer(label, "Linear", (4, 5), options, [normal(*x)])
    layer("rows", "Bilinear", (3, 4, 2), {}, [normal(5, 3), normal(5, 4)], names=("x1", "x2"))
    layer("deep, no bias", "Bilinear", (3, 4, 2), {"bias": False}, [normal(2, 5, 3), normal(2, 5, 4)], names=("x1", "x2"))
    layer("one", "PReLU", (), {}, [normal(3, 4)])
    layer("channels", "PReLU", (), {"num_parameters": 4}, [normal(2, 4, 3, 2)])
    ids = ints([[1, 4, 1], [0, 2, 4]])
    for label, options in [("plain", {}), ("padding", {"padding_idx": 1}), ("padding from the end", {"padding_idx": -1}), ("scaled", {"scale_grad_by_freq": True}), ("scaled, padding", {"scale_grad_by_freq": True, "padding_idx": 4}),
                           ("cut", {"max_norm": 0.6}), ("cut, p 1", {"max_norm": 0.6, "norm_type": 1.0, "padding_idx": 0})]:
        layer(label, "Embedding", (5, 3), options, [ids])
    for mode in ("sum", "mean", "max"):
        layer(mode, "EmbeddingBag", (5, 3), {"mode": mode}, [ids])
        layer(f"{mode}, padding", "EmbeddingBag", (5, 3), {"mode": mode, "padding_idx": 4}, [ids])
        layer(f"{mode}, offsets", "EmbeddingBag", (5, 3), {"mode": mode}, [ints([1, 4, 1, 0, 2]), ints([0, 3, 3])], names=("x", "offsets"))
    layer("cut", "EmbeddingBag", (5, 3), {"mode": "sum", "max_norm": 0.6}, [ids])
    layer("weights", "EmbeddingBag", (5, 3), {"mode": "sum"}, [ids, normal(2, 3)], names=("x", "weights"),
          arguments=lambda x, w: ((x,), {"per_sample_weights": w}))


def pools():
    for rank in (1, 2, 3):
        extents = {1: (9,), 2: (7, 6), 3: (5, 4, 5)}[rank]
        x = [normal(*((2, 3), (2, 2), (1, 1))[rank - 1], *extents)]
        for label, options in [("plain", {"kernel_size": 2}), ("strided, padded", {"kernel_size": 3, "stride": 2, "padding": 1}), ("ceil", {"kernel_size": 3, "stride": 2, "ceil_mode": True}),
                               ("ceil, padded", {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True})]:
            layer(label, f"MaxPool{rank}d", (), options, x)
            layer(label, f"AvgPool{rank}d", (), options, x)
            layer(f"{label}, padding apart", f"AvgPool{rank}d", (), {**options, "count_include_pad": False}, x)
        layer("dilated", f"MaxPool{rank}d", (), {"kernel_size": 2, "dilation": 2, "stride": 1}, x)
        if rank > 1:
            layer("divisor", f"AvgPool{rank}d", (), {"kernel_size": 2, "divisor_override": 3}, x)
            layer("by axis", f"MaxPool{rank}d", (), {"kernel_size": [2, 3, 1][:rank], "stride": [1, 2, 2][:rank]}, x)
            layer("by axis", f"AvgPool{rank}d", (), {"kernel_size": [2, 3, 1][:rank], "stride": [1, 2, 2][:rank]}, x)
        for p in (1, 2, 4):
            layer(f"p {p}", f"LPPool{rank}d", (), {"norm_type": p, "kernel_size": 2}, [lambda random, dtype: normal(1, 2, *extents)(random, dtype).abs() + 0.1])
        layer("strided, ceil", f"LPPool{rank}d", (), {"norm_type": 2, "kernel_size": 3, "stride": 2, "ceil_mode": True}, [lambda random, dtype: normal(1, 2, *extents)(random, dtype).abs() + 0.1])
        for size in (1, 2, 3, 4, [3, 2, 4][:rank], [None, 2, 3][:rank] if rank > 1 else 5):
            for kind in ("Avg", "Max"):
                layer(f"{size}", f"Adaptive{kind}Pool{rank}d", (), {"output_size": size}, x)


def rearranging():
    for rank in (1, 2, 3):
        x = [normal(1, 2, *{1: (5,), 2: (4, 5), 3: (3, 3, 3)}[rank])]
        for label, padding in [("all", 1), ("by side", [1, 2, 0, 1, 2, 1][: 2 * rank]), ("left out", [-1, 2, 1, -1, -1, -1][: 2 * rank])]:
            for kind in ("Zero", "Reflection", "Replication", "Circular"):
                layer(label, f"{kind}Pad{rank}d", (), {"padding": padding}, x)
            layer(label, f"ConstantPad{rank}d", (), {"padding": padding, "value": 1.5}, x)
    images = [normal(2, 8, 4, 6)]
    layer("2", "PixelShuffle", (), {"upscale_factor": 2}, images)
    layer("2", "PixelUnshuffle", (), {"downscale_factor": 2}, images)
    layer("4", "ChannelShuffle", (), {"groups": 4}, images)
    layer("all", "Flatten", (), {}, images)
    layer("axes", "Flatten", (), {"start_dim": 2, "end_dim": 3}, images)
    layer("plain", "Identity", (), {}, images)
    layer("channels", "Unflatten", (), {"dim": 1, "unflattened_size": [2, 4]}, [normal(3, 8)])
    for label, options in [("plain", {"kernel_size": 2}), ("options", {"kernel_size": [2, 3], "stride": [1, 2], "padding": 1}), ("dilated", {"kernel_size": 2, "dilation": 2})]:
        layer(label, "Unfold", (), options, [normal(2, 3, 5, 6)])
    layer("plain", "Fold", (), {"output_size": [4, 5], "kernel_size": 2}, [normal(2, 12, 12)])
    layer("options", "Fold", (), {"output_size": [4, 6], "kernel_size": [2, 3], "stride": 2, "padding": 1}, [normal(2, 12, 9)])
    for mode, rank in [("nearest", 1), ("nearest", 2), ("nearest", 3), ("linear", 1), ("bilinear", 2), ("bicubic", 2), ("trilinear", 3)]:
        x = [normal(1, 2, *(4, 3, 2)[:rank])]
        layer(f"{mode} {rank}d", "Upsample", (), {"scale_factor": 2, "mode": mode}, x)
        layer(f"{mode} {rank}d, size", "Upsample", (), {"size": [7, 5, 3][:rank], "mode": mode}, x)
        if mode != "nearest":
            layer(f"{mode} {rank}d, corners", "Upsample", (), {"size": [7, 5, 3][:rank], "mode": mode, "align_corners": True}, x)
    layer("2", "UpsamplingNearest2d", (), {"scale_factor": 2}, [normal(2, 3, 4, 3)])
    layer("2", "UpsamplingBilinear2d", (), {"scale_factor": 2}, [normal(2, 3, 4, 3)])


def activations():
    x = [normal(4, 6)]
    for kind, *rows in [
            ("CELU", {}, {"alpha": 1.5}), ("ELU", {}, {"alpha": 1.5}), ("GELU", {}, {"approximate": "tanh"}), ("GLU", {}, {"dim": 1}), ("Hardshrink", {}, {"lambd": 0.8}), ("Hardsigmoid", {}), ("Hardswish", {}),
            ("Hardtanh", {}, {"min_val": -0.5, "max_val": 0.75}), ("LeakyReLU", {}, {"negative_slope": 0.25}), ("LogSigmoid", {}), ("LogSoftmax", {"dim": 1}, {"dim": 0}), ("Mish", {}), ("ReLU", {}), ("ReLU6", {}), ("RReLU", {}, {"lower": 0.25, "upper": 0.75}),
            ("SELU", {}), ("SiLU", {}), ("Sigmoid", {}), ("Softmax", {"dim": 1}, {"dim": 0}), ("Softmin", {"dim": 1}, {"dim": 0}), ("Softplus", {}, {"beta": 3}, {"beta": 0.5, "threshold": 0.25}), ("Softshrink", {}, {"lambd": 0.25}), ("Softsign", {}),
            ("Tanh", {}), ("Tanhshrink", {}), ("Threshold", {"threshold": 0.1, "value": -2.0})]:
        for options in rows:
            layer(", ".join(f"{k} {v}" for k, v in options.items()) or "plain", kind, (), options, x)
    layer("plain", "Softmax2d", (), {}, [normal(2, 3, 2, 2)])
    for kind, shape in [("Dropout", (3, 4)), ("Dropout1d", (2, 3, 4)), ("Dropout2d", (2, 3, 2, 2)), ("Dropout3d", (1, 2, 2, 2, 2)), ("AlphaDropout", (3, 4)), ("FeatureAlphaDropout", (2, 3, 4))]:
        layer("eval", kind, (), {"p": 0.3}, [normal(*shape)])
        layer("train, p 0", kind, (), {"p": 0.0}, [normal(*shape)], training=True)
    pair = [normal(3, 4), normal(3, 4)]
    for label, kind, options in [("plain", "CosineSimilarity", {}), ("axis 0, eps", "CosineSimilarity", {"dim": 0, "eps": 1e-6}), ("plain", "PairwiseDistance", {}), ("p 1", "PairwiseDistance", {"p": 1.0, "keepdim": True}),
                                 ("p 3, eps", "PairwiseDistance", {"p": 3.0, "eps": 0.1}), ("p infinity", "PairwiseDistance", {"p": float("inf")})]:
        shown = {k: "inf" if v == float("inf") else v for k, v in options.items()}
        case(label, lambda kind=kind, options=options: getattr(torch.nn, kind)(**options), pair, shown, names=("x1", "x2"))


def function(label, name, data, options, names=("x",), **keywords):
    """A function of torch.nn.functional."""
    run = lambda self, *xs: getattr(torch.nn.functional, name)(*xs, **options, **keywords)
    case(label, type(name, (torch.nn.Module,), {"forward": run}), data, options, names=names)


def functions():
    def uniform(*shape):
        return lambda random, dtype: torch.tensor(np.round(random.uniform(0, 1, shape), 3)).to(getattr(torch, dtype))

    def fractional(label, rank, extents, options):
        run = lambda self, x, u: getattr(torch.nn.functional, f"fractional_max_pool{rank}d")(x, **options, _random_samples=u.detach())
        module = type(f"fractional_max_pool{rank}d", (torch.nn.Module,), {"forward": run})
        case(label, module, [normal(2, 3, *extents), uniform(2, 3, rank)], options, names=("x", "samples"))
    fractional("size", 2, (7, 6), {"kernel_size": 2, "output_size": [3, 4]})
    fractional("by axis", 2, (7, 6), {"kernel_size": [2, 3], "output_size": [4, 1]})
    fractional("ratio", 2, (8, 6), {"kernel_size": 2, "output_ratio": [0.6, 0.7]})
    fractional("size", 3, (5, 4, 6), {"kernel_size": 2, "output_size": [3, 2, 4]})
    places = [None, [[[1, 2, 5]]], [[[[0, 3], [9, 14]]]], [[[[[0, 3], [5, 6]], [[17, 20], [22, 26]]]]]]
    for rank, options in [(1, {"kernel_size": 2}), (2, {"kernel_size": 2}), (2, {"kernel_size": 2, "stride": 3, "output_size": [5, 5]}), (3, {"kernel_size": 2, "stride": 1})]:
        function(f"{options}", f"max_unpool{rank}d", [normal(1, 1, *(3, 2, 2)[:rank]) if rank == 1 else normal(1, 1, *[2] * rank), ints(places[rank])], options, ("x", "indices"))
    function("plain", "softmin", [normal(3, 4)], {"dim": 1})
    function("6", "channel_shuffle", [normal(2, 6, 3)], {"groups": 3})
    function("rows", "bilinear", [normal(5, 3), normal(5, 4), normal(2, 3, 4), normal(2)], {}, ("x1", "x2", "weight", "bias"))
    function("rows", "linear", [normal(5, 3), normal(4, 3), normal(4)], {}, ("x", "weight", "bias"))
    function("channels", "prelu", [normal(2, 4, 3), normal(4)], {}, ("x", "weight"))


for part in (functions, convolutions, norms, products, pools, rearranging, activations):
    part()
versions = {"torch_modules.py": {"torch": torch.__version__.split("+")[0], "numpy": np.__version__}}
with open(FILE, "w") as file:
    file.write(f'{{"format":1,"set":"torch modules","generators":{json.dumps(versions)},"cases":[\n')
    file.write(",\n".join(CASES) + "\n]}\n")
print(len(CASES), "cases")
