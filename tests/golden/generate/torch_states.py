"""Every optimizer of torch caught after three steps: python torch_states.py OUT_FILE

A list of cases {optimizer, options, groups, start, grads, at, state, then}: two groups, the parameters at
the start, the gradients of six steps, the parameters and the state_dict after three, and the
parameters after each of the next three; float64.
"""

import sys

import torch

torch.manual_seed(3)
NAMES = ["weight", "bias"]
CASES = [
    ("SGD", {"lr": 0.1}, [{}, {"lr": 0.05, "weight_decay": 0.1}]),
    ("SGD", {"lr": 0.1, "momentum": 0.9}, [{}, {"momentum": 0.5, "dampening": 0.5}]),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}, [{"maximize": True}, {}]),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1}, [{"betas": (0.8, 0.9)}, {"amsgrad": True}]),
    ("AdamW", {"lr": 0.1, "amsgrad": True}, [{}, {"weight_decay": 0}]),
    ("Adamax", {"lr": 0.1}, [{}, {"eps": 1e-3}]),
    ("NAdam", {"lr": 0.1}, [{}, {"momentum_decay": 0.1}]),
    ("RAdam", {"lr": 0.1, "betas": (0.9, 0.6)}, [{}, {"weight_decay": 0.1}]),
    ("RMSprop", {"lr": 0.1}, [{"centered": True}, {"momentum": 0.9}]),
    ("Rprop", {"lr": 0.1}, [{}, {"etas": (0.4, 1.5)}]),
    ("ASGD", {"lr": 0.1, "t0": 2}, [{}, {"lambd": 0.1}]),
    ("Adadelta", {}, [{}, {"rho": 0.8}]),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1}, [{}, {"weight_decay": 0.1}]),
    ("Adafactor", {"lr": 0.1}, [{}, {"d": 1.5}]),
]


def case(name, options, groups):
    start = {"weight": torch.randn(3, 2, dtype=torch.float64), "bias": torch.randn(3, dtype=torch.float64)}
    params = {k: torch.nn.Parameter(v.clone()) for k, v in start.items()}
    own = [{"params": [params[k]], **group} for k, group in zip(NAMES, groups)]
    optimizer = getattr(torch.optim, name)(own, foreach=False, **options)
    grads = [{k: torch.randn_like(v) for k, v in start.items()} for _ in range(6)]
    result = {"optimizer": name, "options": options, "groups": groups, "start": start, "grads": grads, "then": []}
    for step, values in enumerate(grads):
        for k, p in params.items():
            p.grad = values[k].clone()
        optimizer.step()
        now = {k: p.detach().clone() for k, p in params.items()}
        if step == 2:
            copy = optimizer.state_dict()
            copy["state"] = {i: {k: v.clone() for k, v in s.items() if v is not None} for i, s in copy["state"].items()}
            result |= {"at": now, "state": copy}
        if step > 2:
            result["then"].append(now)
    return result


def closure_case(options):
    """LBFGS: its closure evaluates sum((w - t)^2 (1 + w^2))."""
    start = {"weight": torch.randn(3, 2, dtype=torch.float64), "bias": torch.randn(3, dtype=torch.float64)}
    target = {k: torch.randn_like(v) for k, v in start.items()}
    params = {k: torch.nn.Parameter(v.clone()) for k, v in start.items()}
    optimizer = torch.optim.LBFGS(list(params.values()), **options)

    def closure():
        optimizer.zero_grad()
        loss = sum(((params[k] - target[k]) ** 2 * (1 + params[k] ** 2)).sum() for k in NAMES)
        loss.backward()
        return loss

    result = {"optimizer": "LBFGS", "options": options, "target": target, "then": []}
    for step in range(4):
        optimizer.step(closure)
        now = {k: p.detach().clone() for k, p in params.items()}
        if step == 1:
            state = {k: v for k, v in optimizer.state_dict()["state"][0].items() if k != "al"}
            copy = {k: [x.clone() for x in v] if isinstance(v, list) else v for k, v in state.items()}
            copy |= {k: v.clone() for k, v in copy.items() if torch.is_tensor(v)}
            result |= {"at": now, "state": {"state": {0: copy}, "param_groups": optimizer.state_dict()["param_groups"]}}
        if step > 1:
            result["then"].append(now)
    return result


closures = [closure_case({"lr": 0.1, "max_iter": 3, "history_size": 4}), closure_case({"max_iter": 2, "line_search_fn": "strong_wolfe"})]
torch.save({"cases": [case(*one) for one in CASES], "closures": closures}, sys.argv[1])
