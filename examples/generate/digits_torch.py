"""Trains a network of torch on the digits: python digits_torch.py DIGITS_NPZ OUT_SAFETENSORS

Held out is every fifth digit, as in the programs. The weights are written as float16; what torch makes of
them, read back, stands in the metadata. With a third argument, weights for the same network, it says their
held-out accuracy on digits turned by a quarter instead of training.
"""

import sys

import numpy
import torch
from safetensors.torch import load_file, save_file

data = numpy.load(sys.argv[1])
images = torch.tensor(data["images"], dtype=torch.float32)[:, None] / 16
labels = torch.tensor(data["labels"], dtype=torch.int64)
held_out = torch.arange(len(labels)) % 5 == 0

torch.manual_seed(0)
torch.set_num_threads(1)
nn = torch.nn


class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10))

    def forward(self, x):
        return self.classifier(self.features(x))


def accuracy(net, x):
    with torch.no_grad():
        return (net(x).argmax(1) == labels[held_out]).float().mean().item()


net = Digits()
if len(sys.argv) > 3:
    net.load_state_dict(load_file(sys.argv[3]))
    print(f"{accuracy(net, torch.rot90(images[held_out], 1, (2, 3))):.4f}")
    sys.exit()

optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-2)
x, y = images[~held_out], labels[~held_out]
for epoch in range(20):
    order = torch.randperm(len(y))
    for rows in order.split(64):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
        optimizer.step()

halves = {name: value.half() for name, value in net.state_dict().items()}
net.load_state_dict({name: value.float() for name, value in halves.items()})
found = f"{accuracy(net, images[held_out]):.4f}"
save_file(halves, sys.argv[2], metadata={"accuracy": found, "torch": torch.__version__.split("+")[0]})
print(found)
