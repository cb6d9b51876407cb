"""torch_losses.json: losses of torch.nn.functional in the form of nn_layers.json, and AdaptiveLogSoftmaxWithLoss.

Versions: torch 2.8.0, numpy 2.4.6 (CPU). Run: python torch_losses.py > ../torch_losses.json
"""
import json, zlib
import numpy as np, torch
import torch.nn.functional as F

torch.set_num_threads(1)
cases = []


def tensor(x):
    x = np.asarray(x)
    if x.dtype.kind == "i":
        return {"shape": list(x.shape), "dtype": "int32", "data": [int(v) for v in x.reshape(-1)]}
    special = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    data = [special.get(str(v)) or float(str(v)) for v in x.reshape(-1)]
    return {"shape": list(x.shape), "dtype": x.dtype.name, "data": data}


def rng(name):
    return np.random.default_rng([7, zlib.crc32(name.encode())])


def case(op, label, fn, inputs, options=None, constant=(), dtypes=("float32", "float64"), names=None):
    """Runs fn with the inputs as torch tensors; inputs of `constant` have no gradient."""
    options = options or {}
    for dtype in dtypes:
        name = f"{op}/{label}/{dtype}"
        arrays = [np.asarray(x).astype(dtype if np.asarray(x).dtype.kind == "f" else "int32") for x in inputs]
        xs = [torch.tensor(a) for a in arrays]
        live = [i for i, x in enumerate(xs) if x.is_floating_point() and i not in constant]
        for i in live:
            xs[i].requires_grad_()
        out = fn(*[x if x.is_floating_point() else x.long() for x in xs], **options)
        cotangent = np.round(rng(name).standard_normal(tuple(out.shape)), 2).astype(dtype)
        grads = torch.autograd.grad(out, [xs[i] for i in live], torch.tensor(cotangent), allow_unused=True)
        all_grads = [None] * len(xs)
        for i, g in zip(live, grads):
            all_grads[i] = None if g is None else tensor(g.numpy())
        one = {"name": name, "op": op, "ref": f"torch.nn.functional.{op}", "options": options, "dtype": dtype,
               "inputs": [tensor(a) for a in arrays], "output": tensor(out.detach().numpy()), "cotangent": tensor(cotangent), "inputGradients": all_grads}
        cases.append(one | ({"inputNames": names} if names else {}))


def normal(name, *shape):
    return np.round(rng(name).standard_normal(shape), 3)


def between(name, *shape):
    return np.round(rng(name).uniform(0.1, 0.9, shape), 3)


def ctc(x, t, n, m, **o):
    return F.ctc_loss(F.log_softmax(x, -1), t, n, m, **o)


for reduction in ("mean", "sum", "none"):
    o = {"reduction": reduction}
    x, y, z = normal("x", 3, 4), normal("y", 3, 4), normal("z", 3, 4)
    for log_target in (False, True):
        case("kl_div", f"{reduction} {log_target}", F.kl_div, [x, between("p", 3, 4)], o | {"log_target": log_target})
    case("kl_div", f"{reduction} zeros", F.kl_div, [normal("a", 2, 3), np.array([[0, 0.5, 0.5], [1.0, 0, 0]])], o)
    case("cosine_embedding_loss", reduction, F.cosine_embedding_loss, [x, y, np.array([1.0, -1, -1])], o | {"margin": -0.5}, (2,))
    case("cosine_embedding_loss", f"{reduction} one", F.cosine_embedding_loss, [x[0], y[0], np.array(1.0)], o, (2,))
    for p, swap in ((1.0, True), (2.0, False), (2.0, True), (2.5, True)):
        case("triplet_margin_loss", f"{reduction} {p} {swap}", F.triplet_margin_loss, [x, y, z], o | {"p": p, "swap": swap, "margin": 1.5, "eps": 1e-4})
    ids = np.array([3, 0, 2])
    for p in (1, 2):
        case("multi_margin_loss_weight", f"{reduction} {p}", lambda x, t, w, **o: F.multi_margin_loss(x, t, weight=w, **o), [x, ids, between("w", 4)], o | {"p": p, "margin": 0.8}, (2,))
    case("multi_margin_loss", f"{reduction} one, at the edge", F.multi_margin_loss, [np.array([1.0, 2, 0]), np.array(1)], o)
    labels = np.array([[0, -1, 2, 2], [3, 1, 0, 2], [-1, 0, 0, 0]])
    case("multilabel_margin_loss", reduction, F.multilabel_margin_loss, [x, labels], o)
    case("multilabel_margin_loss", f"{reduction} repeated", F.multilabel_margin_loss, [x[:2], np.array([[1, 1, -1, 0], [2, 2, 2, 2]])], o)
    case("multilabel_soft_margin_loss_weight", reduction, lambda x, t, w, **o: F.multilabel_soft_margin_loss(x, t, weight=w, **o), [x, between("t", 3, 4), between("w", 4)], o, (2,))
    for op, fn in (("mse_loss_weight", F.mse_loss), ("l1_loss_weight", F.l1_loss), ("huber_loss_weight", F.huber_loss)):
        case(op, reduction, lambda x, y, w, fn=fn, **o: fn(x, y, weight=w, **o), [x, y, between("w", 3, 4)], o, (2,))
    for op, shape in (("rows", (3,)), ("last", (3, 1))):
        case("gaussian_nll_loss", f"{reduction} {op}", F.gaussian_nll_loss, [x, y, between("v", *shape)], o | {"full": True})
    case("margin_ranking_loss", f"{reduction} at the edge", F.margin_ranking_loss, [np.array([1.0, 2]), np.array([1.0, 3]), np.array([1.0, -1])], o, (2,))
    many = normal("m", 6, 3, 5)
    for zero_infinity in (False, True):
        z = o | {"blank": 2, "zero_infinity": zero_infinity}
        case("ctc_loss", f"{reduction} {zero_infinity}", ctc, [many, np.array([[1, 0, 0], [3, 3, 1], [0, 1, 3]]), np.array([6, 5, 3]), np.array([3, 2, 0])], z)
        case("ctc_loss", f"{reduction} {zero_infinity} impossible", ctc, [many[:, :2], np.array([[1, 1, 1, 1], [3, 0, 1, 1]]), np.array([6, 6]), np.array([4, 1])], z)
    case("ctc_loss", f"{reduction} joined", ctc, [many, np.array([1, 2, 2, 4, 1]), np.array([6, 5, 4]), np.array([3, 1, 1])], o)
    case("ctc_loss", f"{reduction} one", ctc, [many[:, 0], np.array([1, 0, 4]), np.array(6), np.array(3)], o | {"blank": 3})
case("kl_div", "batchmean", F.kl_div, [x, between("p", 3, 4)], {"reduction": "batchmean"})

module = torch.nn.AdaptiveLogSoftmaxWithLoss(8, 12, [3, 7], div_value=2.0, head_bias=True)
for dtype in ("float32", "float64"):
    state = {k: normal(k, *v.shape) for k, v in module.state_dict().items()}
    names = list(state)
    data = [normal("data", 4, 8), np.array([0, 4, 11, 2])]

    def run(*values, what):
        own = dict(zip(names, values))
        module.to(values[0].dtype)
        module.forward, kept = (lambda x, t: type(module).forward(module, x, t)) if what == "loss" else (lambda x, t: module.log_prob(x)), module.forward
        try:
            out = torch.func.functional_call(module, own, (values[-2], values[-1]))
        finally:
            module.forward = kept
        return out.loss if what == "loss" else out

    for what in ("loss", "log_prob"):
        case("AdaptiveLogSoftmaxWithLoss", what, lambda *v, what=what, **_: run(*v, what=what), list(state.values()) + data,
             {"what": what, "n_classes": 12, "cutoffs": [3, 7], "div_value": 2, "head_bias": True}, dtypes=(dtype,), names=names + ["x", "labels"])

head = {"format": 1, "set": "own", "generators": {"torch_losses.py": {"torch": torch.__version__.split("+")[0], "numpy": np.__version__}}}
text = json.dumps(head, separators=(",", ":"))[:-1] + ',"cases":[\n' + ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases) + "\n]}"
print(text)
