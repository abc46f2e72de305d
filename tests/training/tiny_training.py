"""A tiny encoder and examples with a planted rule; also a program: lives of one run under SIGKILL, and processes that train together."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from argmine.training import (
    Record,
    Run,
    TrainingConfig,
    checkpointed,
    keep_best,
    logged,
    make_accelerator,
    resume,
    train,
    until_stale,
)

LABELS = 4
CONFIG = TrainingConfig(epochs=6, learning_rate=5e-3, batch_size=12, precision="float32", random_state=3)


class Planted:
    """Sentences of 3 to 12 tokens; labels 0 to 2 are on where token 1 to 3 occurs, label 3 where the row's flag is up. One to three rows each."""

    def __init__(self, n: int, seed: int, noise: bool = False) -> None:
        draw = np.random.default_rng(seed)
        self.tokens = [draw.integers(0, 8, draw.integers(3, 13)) for _ in range(n)]
        self.lengths = [len(t) for t in self.tokens]
        self.noise = noise

    def __len__(self) -> int:
        return len(self.tokens)

    def batch(self, indices: Sequence[int], seed: int | None = None) -> tuple[dict[str, Tensor], Tensor]:
        tokens = torch.full((len(indices), max(self.lengths[i] for i in indices)), 49)
        for place, i in enumerate(indices):
            tokens[place, : self.lengths[i]] = torch.from_numpy(self.tokens[i])
        rows = torch.tensor([place for place, i in enumerate(indices) for _ in range(1 + i % 3)])
        flag = torch.tensor([k % 2 for i in indices for k in range(1 + i % 3)])
        asked = (tokens[:, :, None] == torch.arange(1, LABELS)).any(1)[rows]
        if self.noise and seed is not None:
            tokens[torch.rand(tokens.shape, generator=torch.Generator().manual_seed(seed)) < 0.1] = 20
        return {"tokens": tokens, "rows": rows, "flag": flag}, torch.cat([asked, flag[:, None] > 0], 1).float()


class Tiny(nn.Module):
    """Two layers of a transformer, 16 wide; some weights are never used."""

    def __init__(self, dropout: float = 0.1, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.embed = nn.Embedding(50, 16)
            layer = nn.TransformerEncoderLayer(16, 2, 32, dropout, batch_first=True)
            self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
            self.flag = nn.Embedding(2, 16)
            self.head = nn.Linear(16, LABELS)
            self.unused = nn.Linear(3, 3)

    def forward(self, tokens: Tensor, rows: Tensor, flag: Tensor) -> Tensor:
        hidden = self.encoder(self.embed(tokens), src_key_padding_mask=tokens == 49)
        pooled = hidden.masked_fill((tokens == 49)[:, :, None], -9.0).amax(1)
        return self.head(pooled[rows] + self.flag(flag))


def digest(module: nn.Module) -> str:
    """Of all weights, bit for bit."""
    return hashlib.sha256(b"".join(t.numpy().tobytes() for t in module.state_dict().values())).hexdigest()


@torch.no_grad()
def answers(module: nn.Module) -> list[list[float]]:
    """Logits on some examples: what is left of the weights without those that attention has no use for, which drift at random."""
    logits: list[list[float]] = module.eval()(**Planted(30, 9).batch(range(30))[0]).tolist()
    return logits


def plain(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Records without the time that they took."""
    return [{**record.as_dict(), "seconds": 0} for record in records]


def make(config: TrainingConfig, dropout: float = 0.1, noise: bool = True, **more: Any) -> Run:
    return train(Tiny(dropout), Planted(96, 0, noise), Planted(40, 1), config, **more)


# A run whose best weights are not its last, and which patience ends before its last epoch.
LIFE = TrainingConfig(epochs=12, learning_rate=3e-2, batch_size=8, precision="float32", random_state=5, records_every=3)
PATIENCE = 2


def live(folder: Path) -> dict[str, Any]:
    """One life: resumes what earlier lives left, and trains to the end."""
    run = make(LIFE)
    resume(run, folder / "checkpoints")
    records = logged(checkpointed(run, folder / "checkpoints"), folder / "log.jsonl")
    history = plain(keep_best(until_stale(records, PATIENCE), run.module))
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert [{**line, "seconds": 0} for line in lines] == history
    return {"weights": digest(run.module), "history": history}


def forked(work: Callable[[], Any], out: Path | None = None) -> int:
    """A child that does some work, writes what came of it, and ends; torch is imported once for all of them."""
    child = os.fork()
    if child:
        return child
    try:
        result = work()
        if out:
            out.write_text(json.dumps(result))
        os._exit(0)
    except BaseException as error:
        sys.stderr.write(repr(error))
        os._exit(1)


def ended(child: int) -> int:
    """The exit code of a child, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def random_kills(folder: Path, kills: int) -> dict[str, Any]:
    """Chains of lives, each cut off at a random moment until so many kills have fallen."""
    began = time.perf_counter()
    assert ended(forked(lambda: live(folder / "whole"), folder / "whole.json")) == 0
    whole = time.perf_counter() - began
    draw = np.random.default_rng()
    fell, half_saved, ends = 0, 0, []
    while fell < kills or not ends:
        chain = folder / f"chain{len(ends)}"
        while True:
            child = forked(lambda chain=chain: live(chain), folder / "chain.json")
            if fell < kills:
                time.sleep(draw.uniform(0, whole / 6))
                os.kill(child, signal.SIGKILL)
            code = ended(child)
            assert code in (0, -signal.SIGKILL), code
            if code == 0:
                break
            fell += 1
            half_saved += any(chain.glob("checkpoints/unfinished-*"))
        ends.append(json.loads((folder / "chain.json").read_text()))
    return {"whole": json.loads((folder / "whole.json").read_text()), "ends": ends, "kills": fell, "half_saved": half_saved}


def kill_at(call: int) -> None:
    """From now on, the process kills itself at the so-manieth call that makes a checkpoint lasting or removes one."""
    left = [call]

    def deadly(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                if function is rmtree:
                    next(Path(args[0]).iterdir()).unlink()
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return wrapped

    rmtree = shutil.rmtree
    os.fsync, Path.rename, shutil.rmtree = deadly(os.fsync), deadly(Path.rename), deadly(rmtree)  # type: ignore[assignment]


def save_kills(folder: Path) -> dict[str, Any]:
    """A chain of lives that each end within a save, one call later than the one before, until one reaches its end."""
    folder.mkdir()
    half_saved = 0
    for call in range(1, 21):

        def work(call: int = call) -> Any:
            kill_at(call)
            return live(folder)

        assert ended(forked(work)) == -signal.SIGKILL
        half_saved += any(folder.glob("checkpoints/unfinished-*"))
    assert ended(forked(lambda: live(folder), folder / "end.json")) == 0
    return {"half_saved": half_saved, "end": json.loads((folder / "end.json").read_text())}


def together(folder: Path, count: int, config: TrainingConfig, dropout: float) -> list[dict[str, Any]]:
    """What each of some processes that train together ends with; all but the first begin with other weights."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def work(rank: int) -> Any:
        os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(count), MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
        accelerator = make_accelerator("cpu")
        assert accelerator.num_processes == count
        run = train(Tiny(dropout, seed=rank), Planted(50, 0), Planted(40, 1), config, accelerator)
        resumed = resume(run, folder / "checkpoints")
        history = plain(keep_best(checkpointed(run, folder / "checkpoints"), run.module))
        return {"history": history, "weights": digest(run.module), "answers": answers(run.module), "resumed": resumed}

    children = [forked(lambda rank=rank: work(rank), folder / f"{rank}.json") for rank in range(count)]
    assert [ended(child) for child in children] == [0] * count
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in range(count)]


def main(task: str, folder: Path) -> None:
    torch.set_num_threads(1)
    # The first optimiser imports much of torch: once here, not in each child.
    make(CONFIG)
    if task == "kills":
        out: Any = random_kills(folder, 20) | {"save": save_kills(folder / "save")}
    elif task == "train":
        run = make(CONFIG)
        out = {"history": plain(run), "weights": digest(run.module)}
    else:
        count, settings, dropout = json.loads(task)
        out = together(folder, count, TrainingConfig(**settings), dropout)
    (folder / "out.json").write_text(json.dumps(out))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
