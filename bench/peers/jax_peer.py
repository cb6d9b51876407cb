"""JAX under jit on one workload: `jax_peer.py '{"workload", "peer", "threads", "seconds"}'`; for W9 and W10 a whole
process that prints the first result."""
import json
import os
import sys

JOB = json.loads(sys.argv[1])
# The pool of XLA has a thread a core that the process may run on.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: JOB["threads"]])
os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if JOB['threads'] > 1 else 'false'}"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np

import inputs

def reader(f, *args):
    """The first element of the result of a function."""
    f = jax.jit(f)
    args = [jnp.asarray(a) for a in args]
    return (lambda: np.asarray(f(*args)).reshape(-1)[0]), (lambda: f(*args))


def cross_entropy(logits, labels):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean()


def trainer(loss, data, params, optimizer=None):
    """A training step with Adam at 1e-3 by default, params and state donated."""
    import optax

    optimizer = optimizer or optax.adam(1e-3)
    data = [jnp.asarray(x) for x in data]
    params = {name: jnp.asarray(p) for name, p in params.items()}
    carried = (params, optimizer.init(params))

    def move(carried, *data):
        params, state = carried
        value, gradient = jax.value_and_grad(loss)(params, *data)
        updates, state = optimizer.update(gradient, state, params)
        return (optax.apply_updates(params, updates), state), value

    move = jax.jit(move, donate_argnums=0)

    def step():
        nonlocal carried
        carried, value = move(carried, *data)
        return value.item()

    return step, None


def hidden(p, x):
    return jax.nn.relu(jax.nn.relu(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]) @ p["w3"] + p["b3"]


def conv(x, kernel, stride=1):
    return jax.lax.conv_general_dilated(
        x, kernel, (stride, stride), "VALID", dimension_numbers=("NCHW", "OIHW", "NCHW")
    )


def cnn_loss(p, x, labels):
    for i in "12":
        x = conv(x, p["k" + i]) + p["b" + i][:, None, None]
        if "gain1" in p:
            mean = x.mean((0, 2, 3), keepdims=True)
            variance = jnp.square(x - mean).mean((0, 2, 3), keepdims=True)
            x = (x - mean) * jax.lax.rsqrt(variance + 1e-5) * p["gain" + i][:, None, None]
            x = x + p["shift" + i][:, None, None]
        x = jax.lax.reduce_window(jax.nn.relu(x), -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
    return cross_entropy(x.reshape(64, 800) @ p["w"] + p["b"], labels)


def normalize(x, gain, shift, axis=-1):
    centered = x - x.mean(axis, keepdims=True)
    return centered * jax.lax.rsqrt(jnp.square(centered).mean(axis, keepdims=True) + 1e-5) * gain + shift


def gelu(x):
    return 0.5 * x * (1 + jnp.tanh(0.79788456 * (x + 0.044715 * x * x * x)))


def transformer_loss(p, x, target):
    h = normalize(x, p["gain1"], p["shift1"])
    qkv = (h @ p["w_qkv"] + p["b_qkv"]).reshape(8, 128, 3, 4, 32).transpose(2, 0, 3, 1, 4)
    scores = qkv[0] @ qkv[1].swapaxes(-1, -2) / jnp.sqrt(32.0)
    mixed = (jax.nn.softmax(scores) @ qkv[2]).transpose(0, 2, 1, 3).reshape(8, 128, 128)
    x = x + (mixed @ p["w_out"] + p["b_out"])
    h = gelu(normalize(x, p["gain2"], p["shift2"]) @ p["w_up"] + p["b_up"])
    return jnp.square(x + (h @ p["w_down"] + p["b_down"]) - target).mean()


def adamw():
    import optax

    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(1e-3, weight_decay=0.01))
    params = [jnp.asarray(inputs.normal(400, i, (500_000,), 0.02)) for i in range(20)]
    gradients = [jnp.asarray(inputs.normal(400, 20 + i, (500_000,), 0.01)) for i in range(20)]
    carried = (params, optimizer.init(params))

    def move(carried, gradients):
        params, state = carried
        updates, state = optimizer.update(gradients, state, params)
        params = optax.apply_updates(params, updates)
        return (params, state), params[0][0]

    move = jax.jit(move, donate_argnums=0)

    def step():
        nonlocal carried
        carried, value = move(carried, gradients)
        return value.item()

    return step, None


def gelu_gradient():
    x = jnp.asarray(inputs.normal(500, 0, (4_000_000,)))
    both = jax.jit(jax.value_and_grad(lambda x: gelu(x).sum()))
    return (lambda: both(x)[0].item()), (lambda: both(x)[1])


def add16():
    a, b = (jnp.asarray(inputs.normal(600, i, (16,))) for i in (0, 1))

    def step():
        c = a
        for _ in range(1000):
            c = c + b
        return np.asarray(c)[0]

    return step, None


def convolution(name):
    x, kernel, stride = inputs.convolution(name)
    x, kernel = jnp.asarray(x), jnp.asarray(kernel)
    both = jax.jit(jax.grad(lambda x, kernel: 0.5 * jnp.square(conv(x, kernel, stride)).sum(), (0, 1)))
    return (lambda: np.asarray(both(x, kernel)[0]).reshape(-1)[0]), (lambda: both(x, kernel)[1])


def tiny():
    import optax

    loss = lambda p, x, y: jnp.square(hidden(p, x) - y).mean()
    return trainer(loss, *inputs.tiny_mlp(), optax.sgd(0.01))


def mlp():
    return trainer(lambda p, x, labels: cross_entropy(hidden(p, x), labels), *inputs.mlp())


def prepare(name):
    if name in inputs.MATMULS:
        a, b, transposed = inputs.matmul(name)
        return reader(lambda a, b: (a.T if transposed else a) @ b, a, b)
    if name in inputs.CONVOLUTIONS:
        return convolution(name)
    for pattern, (shape, axis) in inputs.ROWS.items():
        if name == pattern.format("softmax"):
            return reader(lambda x: jax.nn.softmax(x, axis), inputs.rows(shape, axis)[0])
        if name == pattern.format("layernorm"):
            return reader(lambda x, gain, shift: normalize(x, gain, shift, axis), *inputs.rows(shape, axis))
    return {
        "W2_mlp": mlp,
        "W3_cnn": lambda: trainer(cnn_loss, *inputs.cnn(False)),
        "W3b_cnn_bn": lambda: trainer(cnn_loss, *inputs.cnn(True)),
        "W4_adamw": adamw,
        "W5_gelu_fwd": lambda: reader(gelu, inputs.normal(500, 0, (4_000_000,))),
        "W5_gelu_grad": gelu_gradient,
        "W6_add16": add16,
        "W6_tiny_mlp": tiny,
        "W7_transformer": lambda: trainer(transformer_loss, *inputs.transformer()),
    }[name]()


if JOB["workload"] == "W9_first_result":
    a, b, _ = inputs.matmul("W1_matmul_256")
    print((jnp.asarray(a) @ jnp.asarray(b)).sum().item())
elif JOB["workload"] == "W10_compile_start":
    print(mlp()[0]())
else:
    from timing import measure

    step, result = prepare(JOB["workload"])
    measure(step, result, JOB["seconds"], JOB.get("parts", 1))
