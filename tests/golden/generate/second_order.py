"""Writes ../second_order.json: Shampoo and SOAP by plain numpy, with LAPACK's eigenvectors in the place of iterations.

    python second_order.py

The formulas are those of the papers (Gupta, Koren and Singer 2018; Anil et al. 2020; Vyas et al. 2024). Each
configuration runs in float64 and in float32; `float32_spread` is how far the two are apart, relative to the largest
number of a leaf.
"""

import json
import pathlib

import numpy as np


def inverse_root(x, order, ridge):
    norm = np.linalg.norm(x)
    if norm == 0:
        return np.eye(len(x), dtype=x.dtype)
    values, vectors = np.linalg.eigh(x + x.dtype.type(ridge * norm) * np.eye(len(x), dtype=x.dtype))
    return (vectors * np.maximum(values, ridge * norm) ** (-1 / order)) @ vectors.T


def blocks(extent, size):
    count = -(-extent // size)
    height = -(-extent // count)
    return [slice(i * height, min(extent, (i + 1) * height)) for i in range(count)]


def matrix(g):
    return g.reshape(g.shape[0], -1)


def adam(g, state, beta1, beta2, eps):
    state["t"] = state.get("t", 0) + 1
    state["m"] = beta1 * state.get("m", 0 * g) + (1 - beta1) * g
    state["v"] = beta2 * state.get("v", 0 * g) + (1 - beta2) * g * g
    t = state["t"]
    return state["m"] / (1 - beta1**t) / (np.sqrt(state["v"] / (1 - beta2**t)) + eps)


def shampoo(learning_rate, beta2=0.999, ridge=1e-6, root_order=4, block_size=128, update_interval=10, momentum=0.9,
            nesterov=False, weight_decay=0.0, grafting="rms"):
    states = {}

    def update(path, p, g, step):
        state = states.setdefault(path, {"trace": 0 * g, "blocks": {}})
        graft = g if grafting == "sgd" else adam(g, state, 0.0, 0.999, 1e-8)
        u = graft
        if g.ndim > 1:
            m, scaled = matrix(g), np.zeros_like(matrix(g))
            gain = 1 if beta2 == 1 else 1 - beta2
            for rows in blocks(m.shape[0], block_size):
                for columns in blocks(m.shape[1], block_size):
                    block = m[rows, columns]
                    s = state["blocks"].setdefault((rows.start, columns.start), {"l": 0, "r": 0})
                    s["l"] = beta2 * s["l"] + gain * block @ block.T
                    s["r"] = beta2 * s["r"] + gain * block.T @ block
                    if step % update_interval == 0:
                        s["p"] = inverse_root(s["l"], root_order, ridge)
                        s["q"] = inverse_root(s["r"], root_order, ridge)
                    scaled[rows, columns] = s["p"] @ block @ s["q"]
            norm = np.linalg.norm(scaled)
            u = (scaled * (np.linalg.norm(graft) / norm if norm > 0 else 0)).reshape(g.shape)
        state["trace"] = u + momentum * state["trace"]
        u = u + momentum * state["trace"] if nesterov else state["trace"]
        return -learning_rate * (u + weight_decay * p)

    return update


def soap(learning_rate, beta1=0.95, beta2=0.95, statistics_beta=None, eps=1e-8, update_interval=10, max_extent=10000,
         weight_decay=0.01):
    b = beta2 if statistics_beta is None else statistics_beta
    states = {}

    def basis(x):
        return np.linalg.eigh(x)[1][:, ::-1]

    def turn(x, q, p):
        x = x if q is None else q.T @ x
        return x if p is None else x @ p

    def update(path, p, g, step):
        state = states.setdefault(path, {"m": 0 * g, "v": 0 * (matrix(g) if g.ndim > 1 else g)})
        x = matrix(g) if g.ndim > 1 else g
        if step == 0:
            if g.ndim > 1:
                state["stat"] = [None if n > max_extent else (1 - b) * s for n, s in zip(x.shape, (x @ x.T, x.T @ x))]
                state["basis"] = [None if s is None else basis(s) for s in state["stat"]]
            return -learning_rate * weight_decay * p
        q, r = state.get("basis", (None, None))
        state["m"] = beta1 * state["m"] + (1 - beta1) * g
        state["v"] = beta2 * state["v"] + (1 - beta2) * turn(x, q, r) ** 2
        scaled = turn(state["m"].reshape(x.shape), q, r) / (np.sqrt(state["v"]) + eps)
        back = turn(scaled, None if q is None else q.T, None if r is None else r.T).reshape(g.shape)
        if g.ndim > 1:
            grams = (x @ x.T, x.T @ x)
            for axis in range(2):
                if state["stat"][axis] is None:
                    continue
                state["stat"][axis] = b * state["stat"][axis] + (1 - b) * grams[axis]
                if step % update_interval == 0:
                    product = state["stat"][axis] @ state["basis"][axis]
                    order = np.argsort(-np.sum(state["basis"][axis] * product, axis=0), kind="stable")
                    state["v"] = np.take(state["v"], order, axis=axis)
                    state["basis"][axis] = np.linalg.qr(product[:, order])[0]
        rate = learning_rate * np.sqrt(1 - beta2**step) / (1 - beta1**step)
        return -rate * back - learning_rate * weight_decay * p

    return update


MAKERS = {"shampoo": shampoo, "soap": soap}

CASES = [
    ("shampoo", "shampoo", dict(learning_rate=0.1), {"kernel": (3, 4), "bias": (4,)}),
    ("shampoo/sums", "shampoo", dict(learning_rate=0.1, beta2=1, ridge=1e-4, update_interval=1, grafting="sgd", momentum=0.5,
                                     nesterov=True, weight_decay=0.1), {"kernel": (4, 3), "bias": (3,)}),
    ("shampoo/blocks", "shampoo", dict(learning_rate=0.1, beta2=0.9, ridge=1e-3, block_size=3, update_interval=2, root_order=2),
     {"kernel": (7, 5), "bias": (5,)}),
    ("shampoo/conv", "shampoo", dict(learning_rate=0.1, beta2=0.9, update_interval=3, ridge=1e-3),
     {"kernel": (4, 2, 2, 2), "gain": ()}),
    ("soap", "soap", dict(learning_rate=0.1), {"kernel": (3, 4), "bias": (4,)}),
    ("soap/options", "soap", dict(learning_rate=0.1, beta1=0.9, beta2=0.8, statistics_beta=0.7, eps=1e-4, update_interval=2,
                                  weight_decay=0.1), {"kernel": (4, 4), "bias": (4,)}),
    ("soap/one side", "soap", dict(learning_rate=0.1, update_interval=1, max_extent=4, weight_decay=0.0),
     {"kernel": (4, 6), "gain": ()}),
    ("soap/conv", "soap", dict(learning_rate=0.1, update_interval=2, max_extent=6), {"kernel": (3, 2, 2, 2)}),
]
STEPS = 8


def run(maker, options, params, grads, dtype):
    update = MAKERS[maker](**options)
    params = {path: value.astype(dtype) for path, value in params.items()}
    expect = []
    for step, now in enumerate(grads):
        updates = {path: update(path, params[path], now[path].astype(dtype), step).astype(dtype) for path in params}
        params = {path: params[path] + updates[path] for path in params}
        expect.append({"updates": updates, "params": params})
    return expect


def numbers(x):
    return [float(str(value)) for value in np.asarray(x).ravel()]


def main():
    cases = []
    for seed, (name, maker, options, shapes) in enumerate(CASES):
        random = np.random.default_rng(seed)
        draw = lambda: {path: np.round(random.normal(size=shape), 3) for path, shape in shapes.items()}
        params, grads = draw(), [draw() for _ in range(STEPS)]
        by_dtype = {dtype: run(maker, options, params, grads, dtype) for dtype in (np.float32, np.float64)}
        spread = {}
        for what in ("updates", "params"):
            worst = 0.0
            for path in shapes:
                single, double = ([np.asarray(s[what][path], np.float64) for s in by_dtype[d]] for d in by_dtype)
                worst = max(worst, np.max(np.abs(np.subtract(single, double))) / np.max(np.abs(double)))
            spread[what] = float(f"{worst:.1e}")
        tensors = lambda values: {path: {"shape": list(shapes[path]), "data": numbers(values[path])} for path in shapes}
        for dtype, expect in by_dtype.items():
            arguments = ", ".join(f"{key}={value!r}" for key, value in options.items())
            case = {
                "name": name,
                "dtype": np.dtype(dtype).name,
                "transform": f"numpy.{maker}({arguments})",
                "options": options,
                "params": tensors(params),
                "grads": [tensors(now) for now in grads],
                "expect": [{what: {path: numbers(now[what][path]) for path in shapes} for what in now} for now in expect],
            }
            if dtype is np.float32:
                case["float32_spread"] = spread
            cases.append(case)
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"versions": {{"numpy": "{np.__version__}"}}, "cases": [\n{lines}\n]}}\n'
    (pathlib.Path(__file__).parent.parent / "second_order.json").write_text(text)


main()
