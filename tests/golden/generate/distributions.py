"""Golden cases of further distributions of jax.random: distributions.json, in the form of random.json.

Run it beside ops_common.py: python distributions.py
"""
import json, os
import numpy as np
from ops_common import tensor
import jax, jax.random as random

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "distributions.json")
f = lambda *xs: [np.asarray(x, "float32") for x in xs]


def rows():
    for n, p in ((5, 0.3), (20, 0.7), (200, 0.4), (1000, 0.9), (30, 1.0)):
        yield "binomial", f"{n} {p}", lambda k, n, p, shape: random.binomial(k, n, p, shape), {"shape": [9]}, f(n, p)
    yield "binomial", "by element", lambda k, n, p: random.binomial(k, n, p), {}, f([3, 50, 400], [0.5, 0.2, 0.6])
    yield "multinomial", "4", lambda k, n, p: random.multinomial(k, n, p), {}, f(40, [0.1, 0.2, 0.3, 0.4])
    yield "multinomial", "batch", lambda k, n, p, shape: random.multinomial(k, n, p, shape=tuple(shape)), {"shape": [3, 2]}, f([5, 60, 7], [0.25, 0.75])
    yield "double_sided_maxwell", "scalar", lambda k, loc, scale, shape: random.double_sided_maxwell(k, loc, scale, shape), {"shape": [5]}, f(0.5, 2)
    yield "generalized_normal", "1.5", lambda k, p, shape: random.generalized_normal(k, p, shape), {"p": 1.5, "shape": [6]}, []
    yield "generalized_normal", "4", lambda k, p, shape: random.generalized_normal(k, p, shape), {"p": 4, "shape": [2, 3]}, []
    yield "ball", "3", lambda k, d, shape: random.ball(k, d, shape=tuple(shape)), {"d": 3, "shape": [4]}, []
    yield "ball", "p 1", lambda k, d, p, shape: random.ball(k, d, p, tuple(shape)), {"d": 2, "p": 1, "shape": [3]}, []


def main():
    cases = []
    for partitionable in (True, False):
        jax.config.update("jax_threefry_partitionable", partitionable)
        for op, label, fn, options, inputs in rows():
            for seed in (42, 7):
                output = np.asarray(fn(random.key(seed), *inputs, **options))
                layout = "partitionable" if partitionable else "original"
                cases.append({"name": f"{op}/{label}, seed {seed}/float32/{layout}", "op": op, "ref": f"jax.random.{op}",
                              "options": options, "dtype": "float32", "partitionable": partitionable, "seed": str(seed),
                              "key": [0, seed], "inputs": [tensor(x) for x in inputs], "output": tensor(output)})
    with open(OUT, "w") as file:
        file.write('{"format":1,"set":"distributions","cases":[\n')
        file.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
        file.write("\n]}\n")


if __name__ == "__main__":
    main()
