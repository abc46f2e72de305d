"""What training the shipped encoder again takes: seconds and peak memory of ``argmine train --recipe default``.

    python benchmarks/training.py OUT

OUT is the model folder to write. Run it on an otherwise idle machine; it takes some half an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import tables
import torch

from argmine.models.encoder import DEFAULT_TRAINING
from argmine.training.devices import wants_bfloat16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    a = parser.parse_args()
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "argmine.cli", "train", "--recipe", "default", "--out", str(a.out)], check=False)
    if done.returncode:
        sys.exit(done.returncode)
    row = {
        "benchmark": "training", "seconds": time.perf_counter() - began,
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "precision": "bfloat16" if wants_bfloat16(DEFAULT_TRAINING.precision, torch.device("cpu")) else "float32",
    }  # fmt: skip
    print(json.dumps(row))
    tables.keep("training", [row], "precision")
    tables.refresh("training")


if __name__ == "__main__":
    main()
