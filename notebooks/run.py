"""Execute notebooks from top to bottom, in place, so that the outputs beside a cell are those of its code.

    python notebooks/run.py [NAME …]

NAME is a notebook or the beginning of its name (``01``); without one, all are run. A notebook in which a cell fails is left as it was.
What changes from run to run and means nothing (times of execution, the version of Python) is not kept.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
# Where there is no ipywidgets, tqdm says so by a path of the machine; no notebook shows a progress bar.
_QUIET = "ignore:IProgress not found"
_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Execute notebooks in place.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a notebook, or the beginning of its name; all if none is given")
    for path in _chosen(parser.parse_args(arguments).names):
        start = perf_counter()
        nbformat.write(executed(path), path)
        sys.stderr.write(f"{path.name}: {perf_counter() - start:.0f} s, {path.stat().st_size / 1000:.0f} kB\n")


def _chosen(names: Sequence[str]) -> list[Path]:
    every = sorted(HERE.glob("*.ipynb"))
    chosen = [path for path in every if not names or any(path.name.startswith(Path(name).name) for name in names)]
    for name in names:
        if not any(path.name.startswith(Path(name).name) for path in chosen):
            sys.exit(f"notebook {name!r} is not one of {', '.join(path.name for path in every)}")
    return chosen


def executed(path: Path, environment: Mapping[str, str] | None = None, timeout: int | None = None) -> nbformat.NotebookNode:
    """The notebook with new outputs, from a kernel of its own that imports the argmine beside this folder.

    Args:
        path: of the notebook, in whose folder it runs; the file stays as it is.
        environment: further variables for the kernel.
        timeout: seconds for one cell, and for the kernel to start; no limit for a cell if None.
    """
    notebook = nbformat.read(path, as_version=4)
    paths = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH"))))
    client = NotebookClient(
        notebook, kernel_name="python3", timeout=timeout, startup_timeout=timeout or 600, record_timing=False, coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )  # fmt: skip
    client.execute(env={**os.environ, "PYTHONPATH": paths, "PYTHONWARNINGS": _QUIET, **(environment or {})})
    notebook.metadata = nbformat.from_dict(_METADATA)
    return notebook


if __name__ == "__main__":
    main()
