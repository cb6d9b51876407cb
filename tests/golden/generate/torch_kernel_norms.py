"""Layers of torch with parametrized weights: python torch_kernel_norms.py OUT_FILE

By name: the state_dict, an input, and what the layer makes of it in evaluation.
"""

import json
import sys

import torch
from torch import nn
from torch.nn.utils import parametrizations

torch.manual_seed(0)
cases = {}


def plain(x):
    return {"shape": list(x.shape), "data": x.flatten().tolist()}


def case(name, layer, x):
    layer.eval()
    weight = layer.parametrizations.weight
    with torch.no_grad():
        if hasattr(weight, "original0"):
            weight.original0.mul_(torch.rand_like(weight.original0) + 0.5)
        tensors = {name: plain(value) for name, value in layer.state_dict().items()}
        cases[name] = {"tensors": tensors, "x": plain(x), "y": plain(layer(x))}


for norm in ("weight_norm", "spectral_norm"):
    make = getattr(parametrizations, norm)
    case(f"{norm} of dense", make(nn.Linear(4, 3)), torch.randn(2, 4))
    case(f"{norm} of conv2d", make(nn.Conv2d(2, 3, 2)), torch.randn(1, 2, 3, 4))

with open(sys.argv[1], "w") as file:
    json.dump(cases, file)
