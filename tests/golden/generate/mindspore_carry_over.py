"""Runs of MindSpore 2.7.1 on CPU caught in mid-training: what the optimizer holds after three steps, as a checkpoint
of it would, and what it did in the four steps after. Needs mindspore 2.7.1 and numpy, and mindspore_run.py beside it.

    python mindspore_carry_over.py > mindspore_carry_over.json
"""

import numpy as np
from common import Inputs, write
from mindspore_run import VERSION, make_optimizer, parameters, snapshot, tensor

SHAPES = {"conv.weight": [2, 3, 2, 2], "bn.gamma": [2], "bn.beta": [2], "fc.bias": [3]}
CONV, REST = ["conv.weight"], ["bn.gamma", "bn.beta", "fc.bias"]
LIST = [0.1, 0.1, 0.05, 0.05, 0.05, 0.01, 0.01, 0.01]
COSINE = {"schedule": "CosineDecayLR", "options": {"min_lr": 0.01, "max_lr": 0.2, "decay_steps": 5}}
GROUPS = [{"paths": CONV, "options": {"weight_decay": 0.01, "lr": 0.01}}, {"paths": REST, "options": {}}]
RUNS = [
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "dampening": 0.5}, {}),
    ("Momentum", {"learning_rate": LIST, "momentum": 0.9, "weight_decay": 0.1, "loss_scale": 8.0}, {}),
    ("Adam", {"learning_rate": 0.1, "weight_decay": 0.1}, {"groups": GROUPS}),
    ("Adam", {"learning_rate": COSINE, "use_amsgrad": True}, {}),
    ("AdamWeightDecay", {"learning_rate": LIST, "weight_decay": 0.1}, {}),
    ("AdaMax", {"learning_rate": 0.1}, {}),
    ("Adagrad", {"learning_rate": 0.1}, {}),
    ("Adadelta", {"learning_rate": 0.5}, {}),
    ("RMSProp", {"learning_rate": 0.1, "centered": True, "momentum": 0.9}, {}),
    ("FTRL", {"learning_rate": 0.1, "l2": 0.1}, {}),
    ("ProximalAdagrad", {"learning_rate": 0.1, "l1": 0.05}, {}),
    ("ASGD", {"learning_rate": 0.1, "lambd": 0.1, "t0": 2.0}, {}),
    ("Rprop", {"learning_rate": 0.1}, {"groups": GROUPS}),
    ("AdaFactor", {}, {}),
]


def cases():
    for i, (optimizer, options, more) in enumerate(RUNS):
        inputs = Inputs(8000 + i)
        case = {"name": f"{optimizer} caught in mid-run {i}", "kind": "carryOver", "module": "nn", "optimizer": optimizer}
        case.update({"options": options, "dtype": "float32", **more, "params": inputs.params(SHAPES)})
        grads = inputs.grads(SHAPES, 7)
        params = parameters(case)
        made = make_optimizer(case, params)
        order = [p.name for p in made.parameters]
        state, expect = {}, []
        for step, given in enumerate(grads):
            made(tuple(tensor(given[name], "float32") for name in order))
            if step == 2:
                values = {p.name: np.array(p.asnumpy(), copy=True) for _, p in made.parameters_and_names()}
                state = {n: {"shape": list(v.shape), "data": v.ravel()} for n, v in values.items() if n not in params}
                case["params"] = {n: {"shape": SHAPES[n], "data": values[n].ravel()} for n in SHAPES}
            elif step > 2:
                expect.append({"params": snapshot(params)})
        yield {**case, "stateDict": state, "grads": grads[3:], "expect": expect}


if __name__ == "__main__":
    write("mindspore", VERSION, "float32; numbers are the shortest decimals that give the value back exactly", list(cases()))
