"""The inputs of the workloads, drawn as in inputs.ts."""
import numpy as np


def uniform(base, stream, count):
    """Mulberry32: draws in [0, 1), multiples of 2^-32; its state only counts up, so all draws are made at once."""
    state = np.arange(1, count + 1, dtype=np.uint32)
    state = state * np.uint32(0x6D2B79F5) + np.uint32(1000 * base + stream)
    t = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
    t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
    return (t ^ (t >> np.uint32(14))) / 4294967296.0


def normal(base, stream, shape, deviation=1.0, mean=0.0):
    """Normal numbers by Box-Muller in double, rounded to float32."""
    draws = uniform(base, stream, 2 * int(np.prod(shape)))
    radius = np.sqrt(-2 * np.log(1 - draws[::2]))
    return (mean + deviation * radius * np.cos(2 * np.pi * draws[1::2])).astype(np.float32).reshape(shape)


def weights(base, stream, shape, fan_in):
    """Weights of variance 1 / fan_in."""
    return normal(base, stream, shape, 1 / np.sqrt(fan_in))


def labels(base, stream, count, classes):
    """Labels in [0, classes)."""
    return np.floor(uniform(base, stream, count) * classes).astype(np.int64)


def filled(shape, value):
    """An array of one value."""
    return np.full(shape, value, np.float32)


def mlp():
    """Data and params of W2."""
    sizes = [784, 512, 256, 10]
    params = {}
    for i in (1, 2, 3):
        params[f"w{i}"] = weights(200, i + 1, (sizes[i - 1], sizes[i]), sizes[i - 1])
        params[f"b{i}"] = filled((sizes[i],), 0)
    return (normal(200, 0, (128, 784)), labels(200, 1, 128, 10)), params


def cnn(batch_norm):
    """Data and params of W3 and W3b."""
    params = {
        "k1": weights(300, 2, (16, 1, 3, 3), 9),
        "b1": filled((16,), 0),
        "k2": weights(300, 3, (32, 16, 3, 3), 144),
        "b2": filled((32,), 0),
        "w": weights(300, 4, (800, 10), 800),
        "b": filled((10,), 0),
    }
    if batch_norm:
        for i, channels in ((1, 16), (2, 32)):
            params[f"gain{i}"] = filled((channels,), 1)
            params[f"shift{i}"] = filled((channels,), 0)
    return (normal(300, 0, (64, 1, 28, 28)), labels(300, 1, 64, 10)), params


def tiny_mlp():
    """Data and params of W6_tiny_mlp."""
    sizes = [2, 16, 16, 1]
    params = {}
    for i in (1, 2, 3):
        params[f"w{i}"] = weights(610, i + 1, (sizes[i - 1], sizes[i]), sizes[i - 1])
        params[f"b{i}"] = filled((sizes[i],), 0)
    return (normal(610, 0, (32, 2)), normal(610, 1, (32, 1))), params


def transformer():
    """Data and params of W7."""
    params = {}
    dense = (("qkv", 128, 384), ("out", 128, 128), ("up", 128, 512), ("down", 512, 128))
    for i, (name, inputs, outputs) in enumerate(dense):
        params[f"w_{name}"] = weights(700, 2 + i, (inputs, outputs), inputs)
        params[f"b_{name}"] = filled((outputs,), 0)
    for i in (1, 2):
        params[f"gain{i}"] = filled((128,), 1)
        params[f"shift{i}"] = filled((128,), 0)
    return (normal(700, 0, (8, 128, 128)), normal(700, 1, (8, 128, 128))), params


def rows(shape, axis):
    """Data, gain and shift of W8."""
    along = (shape[1],) if axis == 1 else (shape[0], 1)
    return normal(800, 0, shape), normal(800, 1, along, 0.1, 1), normal(800, 2, along, 0.1)


MATMULS = {
    "W1_matmul_256": (256, 256, 256, False),
    "W1_matmul_512": (512, 512, 512, False),
    "W1_matmul_960": (960, 960, 960, False),
    "W1_odd_961": (961, 961, 961, False),
    "W1_odd_253": (253, 253, 253, False),
    "W1_odd_transposed": (959, 959, 959, True),
    "W1_odd_tall": (4001, 131, 67, False),
    "W1_odd_wide": (67, 131, 4001, False),
    "W1_odd_batch1": (1, 1021, 1021, False),
}

# Batch, channels, features, extent, window, stride.
CONVOLUTIONS = {
    "W3_even_3x3": (16, 32, 64, 34, 3, 1),
    "W3_odd_3x3": (16, 29, 61, 31, 3, 1),
    "W3_odd_1x1": (16, 32, 64, 31, 1, 1),
    "W3_odd_stride2": (16, 32, 64, 35, 3, 2),
    "W3_odd_batch1": (1, 32, 64, 59, 3, 1),
}

# Shape and axis.
ROWS = {
    "W8_{}": ((512, 1024), 1),
    "W8_axis0_{}": ((1024, 512), 0),
    "W8_odd_{}": ((511, 1021), 1),
}


def matmul(name):
    """The matrices of a product, and whether the first is to be transposed."""
    rows, inner, columns, transposed = MATMULS[name]
    a = normal(100, 0, (inner, rows) if transposed else (rows, inner))
    return a, normal(100, 1, (inner, columns)), transposed


def convolution(name):
    """Images, kernel and stride of a convolution."""
    batch, channels, features, extent, window, stride = CONVOLUTIONS[name]
    x = normal(300, 10, (batch, channels, extent, extent))
    kernel = weights(300, 11, (features, channels, window, window), channels * window**2)
    return x, kernel, stride
