"""How a workload is timed, as in timing.ts: prints a line of JSON."""
import json
import time

import numpy as np


def measure(step, result, seconds, parts=1):
    """Times `step` until 20 steps and `seconds` have passed, at most 300 steps."""
    first = [float(step()) for _ in range(3)]
    checksum = []
    if result is not None:
        values = np.asarray(result(), np.float64)
        checksum = [float(values.sum()), float(np.abs(values).sum())]
    warm = time.perf_counter() + min(0.3, seconds / 4)
    # Only what a step trains changes with their number.
    most = 50 if result is None else float("inf")
    i = 0
    while i < 2 or (time.perf_counter() < warm and i < most):
        step()
        i += 1
    times = []
    start = now = time.perf_counter()
    while (
        (len(times) < 20 or now - start < seconds)
        and len(times) < 300
        and (len(times) < 3 or now - start < 6 * seconds)
    ):
        step()
        end = time.perf_counter()
        times.append(1000 * (end - now) / parts)
        now = end
    measured = {"ms": sorted(times)[len(times) // 2], "least": min(times), "first": first, "checksum": checksum}
    print(json.dumps(measured), flush=True)
