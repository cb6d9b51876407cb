"""Writes the .pt files that the reader is tried on: python torch_files.py OUT_FOLDER

What is in each is written to contents.json: tensors as {"tensor": dtype, "shape", "data"}, or what is
wrong with the file. Whole numbers that JSON does not hold are {"integer": text}, bytes {"bytes": [...]},
sets {"set": [...]}, dicts with other keys {"items": [[key, value], ...]}.
"""

import collections
import io
import json
import os
import pickle
import struct
import sys
import warnings
import zipfile

import torch

out = sys.argv[1]
warnings.simplefilter("ignore")
torch.manual_seed(0)
contents = {"files": {}, "broken": {}}


def plain(value):
    if isinstance(value, torch.Tensor):
        value = value.detach()
        wide = value.to(torch.float64) if value.is_floating_point() else value
        data = [x if x == x and abs(x) != float("inf") else str(x) for x in wide.flatten().tolist()]
        return {"tensor": str(value.dtype)[6:], "shape": list(value.shape), "data": data}
    if isinstance(value, torch.Size):
        return list(value)
    if isinstance(value, (torch.dtype, torch.device)):
        return str(value)
    if isinstance(value, dict):
        if all(isinstance(k, str) for k in value) or all(type(k) is int for k in value):
            return {str(k): plain(v) for k, v in value.items()}
        return {"items": [[plain(k), plain(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return {"set": [plain(v) for v in sorted(value)]}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": list(value)}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        return {"integer": str(value)}
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return {"number": str(value)}
    return value


def save(name, value, **options):
    torch.save(value, f"{out}/{name}.pt", **options)
    contents["files"][f"{name}.pt"] = plain(value)


def broken(name, wrong, data):
    with open(f"{out}/{name}.pt", "wb") as file:
        file.write(data)
    contents["broken"][f"{name}.pt"] = wrong


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def archive(pickled, storages=(), byteorder=b"little"):
    """An archive as torch writes it, with any pickle in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        entries = [("data.pkl", pickled), ("byteorder", byteorder)]
        for name, data in entries + [(f"data/{i}", data) for i, data in enumerate(storages)]:
            file.writestr(zipfile.ZipInfo(f"archive/{name}"), data)
    return buffer.getvalue()


class Storages(pickle.Pickler):
    """Pickles torch.FloatStorage and the like by the persistent ids that stand in the data."""

    def persistent_id(self, value):
        return value.id if isinstance(value, Reference) else None


class Reference:
    def __init__(self, *id):
        self.id = id


class Call:
    """What calls a function with arguments when it is unpickled."""

    def __init__(self, function, *args):
        self.reduced = (function, args)

    def __reduce__(self):
        return self.reduced


def pickled(value, protocol=2):
    buffer = io.BytesIO()
    Storages(buffer, protocol=protocol).dump(value)
    return buffer.getvalue()


def view(storage, offset, shape, strides):
    return Call(torch._utils._rebuild_tensor_v2, storage, offset, shape, strides, False, collections.OrderedDict())


# What it reads

x = torch.arange(12, dtype=torch.float32).reshape(3, 4)
shared = torch.arange(24, dtype=torch.float32)
mixed = {
    "none": None,
    "booleans": [True, False],
    "integers": [0, 255, 256, 65535, 65536, -1, 2**31 - 1, -(2**31), 2**31, 2**53 - 1, 2**53, -(2**70)],
    "floats": [0.1, -0.0, 1e300, float("inf"), float("nan")],
    "texts": ["", "é", "\U0001f9f5", "x" * 300],
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    "bytes": [b"", b"\x00\xff", bytearray(b"ab")],
    "sets": [{1, 2}, set(), frozenset([3])],
    "size": torch.Size([2, 3]),
    "dtype": torch.bfloat16,
    "device": torch.device("cuda", 1),
    "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
    "counter": collections.Counter([2, 5, 5]),
    "indices": {0: {"step": torch.tensor(3.0)}, 1: {}},
    "keys": {1: "a", "1": "b", (1, 2): "c", None: "d"},
    "__proto__": "an own key",
    "a tensor": x,
    "a parameter": torch.nn.Parameter(x[0]),
}
for protocol in (2, 3, 4, 5):
    save(f"protocol{protocol}", mixed, pickle_protocol=protocol)
dtypes = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16]
dtypes += [torch.int8, torch.uint8, torch.bool, torch.uint16, torch.uint32, torch.uint64]
values = torch.tensor([[0, 1, 2], [3, 100, 7]])
save("dtypes", {str(d)[6:]: values.to(d) for d in dtypes} | {
    "half": torch.tensor([0.1, -65504.0, 6e-8, float("inf"), float("nan")], dtype=torch.float16),
    "brain": torch.tensor([0.1, -3e38, 1e-40, float("-inf"), float("nan")], dtype=torch.bfloat16),
    "negative": torch.tensor([-1, -128], dtype=torch.int8),
})
save("views", {
    "whole": shared,
    "row": shared[4:8],
    "matrix": shared.view(4, 6),
    "transposed": shared.view(4, 6).t(),
    "slice": shared.view(4, 6)[1:, 1::2],
    "permuted": shared.view(2, 3, 4).permute(2, 0, 1),
    "expanded": shared[:3].expand(20, 3),
    "scalar": shared[5],
    "empty": shared[:0],
    "no_rows": torch.zeros(0, 3),
    "diagonal": shared.view(4, 6).diagonal(),
})
net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
save("module_state", net.state_dict())
double = pickled({"x": view(Reference("storage", torch.DoubleStorage, "0", "cpu", 2), 0, (2,), (1,))})
with open(f"{out}/big_endian.pt", "wb") as file:
    file.write(archive(double, [struct.pack(">2d", 1.5, -2.0)], byteorder=b"big"))
contents["files"]["big_endian.pt"] = {"x": plain(torch.tensor([1.5, -2.0], dtype=torch.float64))}

# What it refuses

broken("runs_a_program", "calls os.system", archive(pickled({"x": Call(os.system, "touch was_run")})))
broken("runs_a_program4", "calls builtins.eval", archive(pickled(Call(eval, "1 + 1"), protocol=4)))
broken("reads_attributes", "calls getattr", archive(pickled(Call(getattr, torch.Size, "__name__"), protocol=4)))
broken("module", "holds a whole module", saved(torch.nn.Linear(1, 1)))
broken("sparse", "holds a sparse tensor", saved(x.to_sparse()))
broken("complex", "holds complex numbers", saved(torch.zeros(2, dtype=torch.complex64)))
broken("too_large_integers", "holds an int64 of 2^40", saved(torch.tensor([1, 2**40])))
broken("legacy", "is in the format before torch 1.6", saved({"x": x}, _use_new_zipfile_serialization=False))
broken("protocol0", "is a pickle of protocol 0", archive(pickle.dumps({"x": 1.5}, protocol=0)))
whole = saved({"x": x})
broken("truncated", "has no end", whole[:-100])
broken("flipped_element", "has an element that the CRC-32 does not fit", whole.replace(x.numpy().tobytes(), b"\1" * 48))
floats = Reference("storage", torch.FloatStorage, "0", "cpu", 4)
four = [b"\0" * 16]
broken("no_storage", "lacks a storage", archive(pickled({"x": view(floats, 0, (4,), (1,))})))
broken("short_storage", "has a storage of 12 bytes", archive(pickled({"x": view(floats, 0, (4,), (1,))}), [b"\0" * 12]))
broken("beyond_storage", "has a tensor beyond its storage", archive(pickled({"x": view(floats, 1, (2, 2), (2, 1))}), four))
broken("negative_stride", "has a negative stride", archive(pickled({"x": view(floats, 3, (4,), (-1,))}), four))
broken("fraction", "has a shape that is no number", archive(pickled({"x": view(floats, 0, (1.5,), (1,))}), four))
itself = []
itself.append(itself)
broken("itself", "contains itself", archive(pickled(itself)))
broken("truncated_pickle", "has half a pickle", archive(pickled({"x": 1.5})[:-4]))
broken("trailing_pickle", "has bytes after the pickle", archive(pickled({"x": 1.5}) + b"N."))
broken("no_operands", "pops from nothing", archive(b"\x80\x02s."))
broken("no_memo", "refers to nothing", archive(b"\x80\x02h\x05."))
broken("no_pickle", "has no data.pkl", io.BytesIO(archive(b"")).getvalue().replace(b"data.pkl", b"data.pkx"))
with open(f"{out}/contents.json", "w") as file:
    json.dump(contents, file, separators=(",", ":"))
    file.write("\n")
