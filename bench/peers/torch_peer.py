"""PyTorch on one workload: `torch_peer.py '{"workload", "peer", "threads", "seconds"}'`, or with "start" true a
whole process that prints the first result."""
import json
import sys

import torch
import torch.nn.functional as F

import inputs
from timing import measure

JOB = json.loads(sys.argv[1])
torch.set_num_threads(JOB["threads"])
torch.set_num_interop_threads(1)
COMPILED = JOB["peer"] == "torch-compile"


def maybe_compile(f):
    return torch.compile(f) if COMPILED else f


def tensors(arrays, grad=False):
    return {name: torch.from_numpy(a).requires_grad_(grad) for name, a in arrays.items()}


def trainer(loss, data, params, optimizer=None):
    """A training step with Adam at 1e-3, fused, by default."""
    data = [torch.from_numpy(x) for x in data]
    params = tensors(params, True)
    optimizer = (optimizer or (lambda ps: torch.optim.Adam(ps, lr=1e-3, fused=True)))(list(params.values()))
    loss = maybe_compile(loss)

    def step():
        optimizer.zero_grad(set_to_none=True)
        value = loss(params, *data)
        value.backward()
        optimizer.step()
        return value.item()

    return step, None


def reader(f, *args):
    """The first element of the result of a function without gradients."""
    f = maybe_compile(f)

    def whole():
        with torch.no_grad():
            return f(*args)

    return (lambda: whole().reshape(-1)[0].item()), (lambda: whole().numpy())


def mlp_loss(p, x, labels):
    h = F.relu(torch.addmm(p["b1"], x, p["w1"]))
    h = F.relu(torch.addmm(p["b2"], h, p["w2"]))
    return F.cross_entropy(torch.addmm(p["b3"], h, p["w3"]), labels)


def tiny_loss(p, x, y):
    h = F.relu(torch.addmm(p["b1"], x, p["w1"]))
    h = F.relu(torch.addmm(p["b2"], h, p["w2"]))
    return F.mse_loss(torch.addmm(p["b3"], h, p["w3"]), y)


def cnn_loss(p, x, labels):
    for i in "12":
        x = F.conv2d(x, p["k" + i], p["b" + i])
        if "gain1" in p:
            x = F.batch_norm(x, None, None, p["gain" + i], p["shift" + i], True, 0.1, 1e-5)
        x = F.max_pool2d(F.relu(x), 2)
    return F.cross_entropy(torch.addmm(p["b"], x.flatten(1), p["w"]), labels)


def transformer_loss(p, x, target):
    h = F.layer_norm(x, (128,), p["gain1"], p["shift1"])
    qkv = (h @ p["w_qkv"] + p["b_qkv"]).view(8, 128, 3, 4, 32).permute(2, 0, 3, 1, 4)
    mixed = F.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2])
    x = x + (mixed.transpose(1, 2).reshape(8, 128, 128) @ p["w_out"] + p["b_out"])
    h = F.layer_norm(x, (128,), p["gain2"], p["shift2"])
    h = F.gelu(h @ p["w_up"] + p["b_up"], approximate="tanh")
    return F.mse_loss(x + (h @ p["w_down"] + p["b_down"]), target)


def adamw():
    params = [torch.from_numpy(inputs.normal(400, i, (500_000,), 0.02)).requires_grad_() for i in range(20)]
    for i, p in enumerate(params):
        p.grad = torch.from_numpy(inputs.normal(400, 20 + i, (500_000,), 0.01))
    optimizer = torch.optim.AdamW(params, lr=1e-3, weight_decay=0.01, fused=not COMPILED, foreach=COMPILED)

    def update():
        torch.nn.utils.clip_grad_norm_(params, 1.0, foreach=True)
        optimizer.step()

    update = maybe_compile(update)

    def step():
        update()
        return params[0][0].item()

    return step, None


def gelu(x):
    return 0.5 * x * (1 + torch.tanh(0.79788456 * (x + 0.044715 * x * x * x)))


def gelu_gradient():
    x = torch.from_numpy(inputs.normal(500, 0, (4_000_000,))).requires_grad_()
    f = maybe_compile(lambda x: gelu(x).sum())

    def both():
        value = f(x)
        (gradient,) = torch.autograd.grad(value, x)
        return value, gradient

    return (lambda: both()[0].item()), (lambda: both()[1].numpy())


def add16():
    a, b = (torch.from_numpy(inputs.normal(600, i, (16,))) for i in (0, 1))

    def step():
        c = a
        for _ in range(1000):
            c = c + b
        return c[0].item()

    return step, None


def convolution(name):
    x, kernel, stride = inputs.convolution(name)
    x, kernel = (torch.from_numpy(a).requires_grad_() for a in (x, kernel))
    f = maybe_compile(lambda x, kernel: 0.5 * F.conv2d(x, kernel, stride=stride).square().sum())

    def both():
        return torch.autograd.grad(f(x, kernel), (x, kernel))

    return (lambda: both()[0].reshape(-1)[0].item()), (lambda: both()[1].numpy())


def softmax(shape, axis):
    x, _, _ = inputs.rows(shape, axis)
    return reader(lambda x: torch.softmax(x, axis), torch.from_numpy(x))


def layer_norm(shape, axis):
    x, gain, shift = (torch.from_numpy(a) for a in inputs.rows(shape, axis))
    if axis == 1:
        return reader(lambda x: F.layer_norm(x, (shape[1],), gain, shift), x)

    def columns(x):
        centered = x - x.mean(0, keepdim=True)
        return centered * torch.rsqrt(centered.square().mean(0, keepdim=True) + 1e-5) * gain + shift

    return reader(columns, x)


def prepare(name):
    if name in inputs.MATMULS:
        a, b, transposed = inputs.matmul(name)
        return reader(lambda a, b: (a.t() if transposed else a) @ b, torch.from_numpy(a), torch.from_numpy(b))
    if name in inputs.CONVOLUTIONS:
        return convolution(name)
    for pattern, (shape, axis) in inputs.ROWS.items():
        if name == pattern.format("softmax"):
            return softmax(shape, axis)
        if name == pattern.format("layernorm"):
            return layer_norm(shape, axis)
    return {
        "W2_mlp": lambda: trainer(mlp_loss, *inputs.mlp()),
        "W3_cnn": lambda: trainer(cnn_loss, *inputs.cnn(False)),
        "W3b_cnn_bn": lambda: trainer(cnn_loss, *inputs.cnn(True)),
        "W4_adamw": adamw,
        "W5_gelu_fwd": lambda: reader(gelu, torch.from_numpy(inputs.normal(500, 0, (4_000_000,)))),
        "W5_gelu_grad": gelu_gradient,
        "W6_add16": add16,
        "W6_tiny_mlp": lambda: trainer(tiny_loss, *inputs.tiny_mlp(), lambda ps: torch.optim.SGD(ps, lr=0.01)),
        "W7_transformer": lambda: trainer(transformer_loss, *inputs.transformer()),
    }[name]()


if JOB["workload"] == "W9_first_result":
    a, b, _ = inputs.matmul("W1_matmul_256")
    print((torch.from_numpy(a) @ torch.from_numpy(b)).sum().item())
elif JOB["workload"] == "W10_compile_start":
    print(trainer(mlp_loss, *inputs.mlp())[0]())
else:
    step, result = prepare(JOB["workload"])
    measure(step, result, JOB["seconds"], JOB.get("parts", 1))
