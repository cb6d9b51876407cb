"""Golden cases of jax.scipy.special: special.json, in the form of the files of operations.

Run it beside ops_common.py: python special.py
"""
import os
from ops_common import F, V, Recorder, SETTINGS
import jax, jax.numpy as jnp, numpy as np
import jax.scipy.special as special

SETTINGS.update(seed=20261, out=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
inf, nan = float("inf"), float("nan")
S = "jax.scipy.special."
NAMES = ["i0", "i0e", "i1", "i1e", "gammainc", "gammaincc", "betaln", "betainc", "zeta", "entr", "rel_entr", "kl_div",
         "ndtr", "ndtri", "log_ndtr", "erfcx", "expi", "exp1", "dawsn", "spence", "gamma", "gammasgn", "factorial", "poch",
         "boxcox", "boxcox1p", "multigammaln", "comb", "expn"]
OPS = {name: (S + name, getattr(special, name)) for name in NAMES}
# The loss of torch has the name already.
OPS["scipy_kl_div"] = OPS.pop("kl_div")
OPS["expn"] = (S + "expn", lambda x, n: special.expn(n, x))
OPS["multigammaln"] = (S + "multigammaln", lambda x, d: special.multigammaln(x, d))
OPS["comb"] = (S + "comb", lambda n, k, repetition=False: special.comb(n, k, repetition=repetition))
OPS["zeta"] = (S + "zeta", lambda q, s: special.zeta(jnp.asarray(s, q.dtype), q))
OPS["betainc"] = (S + "betainc", lambda x, a, b: special.betainc(jnp.asarray(a, x.dtype), jnp.asarray(b, x.dtype), x))


def P(*shape):
    return F(*shape, lo=0.05, hi=4)


def rows():
    both = [F(3, 5), V([0.0, 0.5, -0.5, 3, -3, 8.5, -12, 30, -30])]
    for op in ("i0", "i0e", "i1", "i1e", "ndtr", "log_ndtr", "dawsn", "erfcx"):
        for label, x in zip(("normal", "points"), both):
            yield op, label, [V([0.0, 0.5, -0.5, 3, -3, 8.5])] if op == "erfcx" and label == "points" else [x], {}
    yield "ndtri", "shares", [F(11, lo=0.001, hi=0.999)], {}
    yield "ndtri", "tails", [V([1e-10, 1e-30, 0.9999, 0.13, 0.14])], {}
    yield "ndtri", "edges", [V([0, 1, -0.5, 1.5])], {}, {"grad": False}
    for op in ("gammainc", "gammaincc"):
        yield op, "broadcast", [P(3, 1), P(1, 4)], {}
        yield op, "points", [V([0.5, 2, 10, 30, 100]), V([2, 0.3, 12, 20, 130])], {}
        yield op, "edges", [V([1, 0, -1, 2, 2]), V([0, 1, 1, -1, inf])], {}, {"grad": False}
    yield "betaln", "broadcast", [P(3, 1), P(4)], {}
    yield "betaln", "large", [V([0.5, 3, 50]), V([20, 100, 60])], {}, {"dtypes": ("float32",)}
    for a, b in ((0.5, 0.5), (2, 3), (10, 1.5)):
        yield "betainc", f"{a} {b}", [F(7, lo=0.02, hi=0.98)], {"a": a, "b": b}
    yield "betainc", "edges", [V([0, 1])], {"a": 2, "b": 2}
    for s in (2, 3.5, 8):
        yield "zeta", f"{s}", [P(6)], {"s": s}
    yield "entr", "shares", [V([0.1, 0.5, 1, 2, 3.5])], {}
    yield "entr", "edges", [V([0, -1, inf])], {}, {"grad": False}
    for op in ("rel_entr", "scipy_kl_div"):
        yield op, "broadcast", [P(2, 3), P(3)], {}
        yield op, "edges", [V([0, 0, 1, -1, 0]), V([0, 1, 0, 1, -1])], {}, {"grad": False}
    yield "expi", "points", [V([0.1, 0.36, 0.38, 1, 2.5, 8, 20, -0.5, -3, -12])], {}
    yield "exp1", "points", [V([0.1, 0.5, 1, 2.5, 8, 20])], {}
    for n in (0, 1, 2, 5):
        yield "expn", f"{n}", [V([0.1, 0.5, 1.5, 2.5, 8])], {"n": n}, {"grad": n > 0}
    yield "spence", "points", [V([0.1, 0.45, 0.7, 1.4, 1.8, 6, 30])], {}, {"grad": False}
    yield "spence", "edges", [V([0, 1, -1])], {}, {"grad": False}
    yield "gamma", "points", [V([0.5, 1, 2.5, 5, 12.25, -0.5, -1.5, -3.25])], {}
    yield "gamma", "edges", [V([0.0, -0.0, -1, inf])], {}, {"grad": False}
    yield "gammasgn", "points", [V([0.5, 3, -0.5, -1.5, -2.5, 0.0, -0.0, -1, nan])], {}, {"grad": False}
    yield "factorial", "points", [V([0, 1, 4, 7.5, 10])], {}
    yield "factorial", "negative", [V([-1, -2.5])], {}, {"grad": False}
    yield "poch", "broadcast", [P(3, 1), V([0.5, 1, 2, 3.25])], {}
    yield "boxcox", "broadcast", [P(3, 1), V([0, 0.5, -1, 2])], {}
    yield "boxcox1p", "broadcast", [P(3, 1), V([0, 0.5, -1, 2])], {}
    for d in (1, 2, 4):
        yield "multigammaln", f"{d}", [V([2.5, 3, 7.25])], {"d": d}
    yield "comb", "points", [V([5, 10, 7.5, 3, 4]), V([2, 3, 2.5, 4, -1])], {}, {"grad": False}
    yield "comb", "repetition", [V([5, 10, 4]), V([2, 3, 0])], {"repetition": True}, {"grad": False}


def main():
    rec = Recorder("jax")
    rec.table(OPS, list(rows()))
    rec.write("special.json", {"jax": jax.__version__, "numpy": np.__version__}, "special.py")


if __name__ == "__main__":
    main()
