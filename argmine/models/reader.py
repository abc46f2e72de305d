"""The network behind `EncoderClassifier`: a transformer that reads a sentence, and a head that reads it for one actor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from argmine.features.encoder import FACTS, HOW, MARKS, Pieces, Reading, Tokens, assemble, noised

__all__ = ["ActorReader", "Rows"]


class ActorReader(nn.Module):
    """Log odds of each label, for each (reading, actor).

    The tokens' embeddings get those of their marks added. An actor is the mean of its mentions' states, or a learned vector where the
    sentence does not mention it; it attends over the sentence's states, and what it finds goes with the sentence's mean and the facts
    through one hidden layer. Log odds of another model may be added as they are: the network then learns what that model misses.

    Args:
        body: an encoder of ``transformers.AutoModel``.
        n_labels: how many labels.
        hidden: width of the hidden layer.
        dropout: in the head.
        from_first: whether another model's log odds are added.
    """

    def __init__(self, body: Any, n_labels: int, hidden: int = 256, dropout: float = 0.1, from_first: bool = True) -> None:
        super().__init__()
        width = body.config.hidden_size
        self.body = body
        self.marks = nn.Parameter(torch.zeros(len(MARKS), width))
        self.absent = nn.Parameter(torch.randn(len(HOW), width) * 0.1)
        self.query = nn.Linear(width, width)
        n_first = n_labels if from_first else 0
        last = nn.Linear(hidden, n_labels)
        self.head = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(3 * width + len(FACTS) + n_first, hidden), nn.GELU(), nn.Dropout(dropout), last
        )
        nn.init.zeros_(last.weight)
        self.first_scale = nn.Parameter(torch.ones(n_first)) if from_first else None

    def forward(self, ids: Tensor, attention: Tensor, marks: Tensor, asked: Tensor, reading: Tensor, facts: Tensor, first: Tensor | None = None) -> Tensor:  # fmt: skip
        """Log odds, shape (n_rows, n_labels).

        Args:
            ids, attention: shape (n_readings, length).
            marks: shape (n_readings, length, len(MARKS)).
            asked: the tokens of each row's actor, shape (n_rows, length).
            reading: which reading each row belongs to, shape (n_rows,).
            facts: shape (n_rows, len(FACTS)).
            first: another model's log odds, shape (n_rows, n_labels).
        """
        embedded = self.body.get_input_embeddings()(ids) + marks @ self.marks
        states = self.body(inputs_embeds=embedded, attention_mask=attention).last_hidden_state.float()
        inside = marks[:, :, MARKS.index("sentence")]
        mean = (states * inside[..., None]).sum(1) / inside.sum(1, keepdim=True).clamp(min=1)
        count = asked.sum(1, keepdim=True)
        states, inside = states[reading], inside[reading]
        own = (asked[..., None] * states).sum(1) / count.clamp(min=1)
        actor = torch.where(count > 0, own, facts[:, : len(HOW)] @ self.absent)
        score = (states @ self.query(actor)[..., None]).squeeze(-1) / states.shape[-1] ** 0.5
        share = score.masked_fill(inside == 0, -1e4).softmax(1)
        found = (share[..., None] * states).sum(1)
        parts = [actor, found, mean[reading], facts]
        out: Tensor
        out = (
            self.head(torch.cat(parts, 1))
            if self.first_scale is None or first is None
            else self.head(torch.cat([*parts, first / 4], 1)) + first * self.first_scale
        )
        return out

    def parameter_groups(self, config: Any) -> list[dict[str, Any]]:
        """Parameters with their rates: the head's, and the body's, lower by ``config.layer_decay`` for each layer from the top."""
        layers = int(self.body.config.num_hidden_layers)
        groups: dict[tuple[float, float], list[nn.Parameter]] = {}
        for name, p in self.named_parameters():
            if not p.requires_grad:
                continue
            rate = config.head_learning_rate
            if name.startswith("body."):
                number = next((int(part) for part in name.split(".") if part.isdigit()), -1)
                rate = config.learning_rate * config.layer_decay ** (layers - 1 - number)
            groups.setdefault((rate, config.weight_decay if p.ndim > 1 else 0.0), []).append(p)
        return [{"params": ps, "lr": rate, "weight_decay": decay} for (rate, decay), ps in groups.items()]


@dataclass
class Rows:
    """Readings with what their rows need, as the training loop takes them (`argmine.training.Examples`); one example is one reading.

    Attributes:
        readings: the passes.
        facts: shape (n_rows, len(FACTS)).
        first: another model's log odds, shape (n_rows, n_labels), or None.
        targets: shape (n_rows, n_labels).
        pieces, start, stop, pad, longest: the tokenizer; see `argmine.features.encoder.assemble`.
        noise, masking, alone: where a batch has a seed, how many readings come as from a poor transmission, with names hidden, without context.
    """

    readings: Sequence[Reading]
    facts: NDArray[np.float32]
    first: NDArray[np.float32] | None
    targets: NDArray[np.float32]
    pieces: Pieces
    start: int
    stop: int
    pad: int
    hidden: int
    longest: int
    noise: float = 0.0
    masking: float = 0.0
    alone: float = 0.0

    def __post_init__(self) -> None:
        self.plain = [t for i in range(0, len(self.readings), 256) for t in self._assemble(self.readings[i : i + 256])]
        self.lengths = [len(t.ids) for t in self.plain]

    def _assemble(self, readings: Sequence[Reading]) -> list[Tokens]:
        return assemble(readings, self.pieces, self.start, self.stop, self.longest)

    def __len__(self) -> int:
        return len(self.readings)

    def batch(self, indices: Sequence[int], seed: int | None = None) -> tuple[dict[str, Tensor], Tensor]:
        """Inputs of `ActorReader` and targets for some readings; with a seed, noised."""
        readings = [self.readings[i] for i in indices]
        tokens = [self.plain[i] for i in indices]
        if seed is not None and (self.noise or self.masking or self.alone):
            draw = np.random.default_rng(seed)
            tokens = self._noised(readings, tokens, draw)
        rows = np.concatenate([r.rows for r in readings])
        inputs = self._padded(tokens) | {"facts": torch.from_numpy(self.facts[rows])}
        if self.first is not None:
            inputs["first"] = torch.from_numpy(self.first[rows])
        return inputs, torch.from_numpy(self.targets[rows])

    def _noised(self, readings: Sequence[Reading], tokens: Sequence[Tokens], draw: np.random.Generator) -> list[Tokens]:
        out, changed = list(tokens), dict[int, Reading]()
        for i, reading in enumerate(readings):
            if draw.random() < self.noise:
                changed[i] = noised(reading, draw, 0.3)
            if draw.random() < self.alone:
                changed[i] = replace(changed.get(i, reading), before="", after="")
        for i, t in zip(changed, self._assemble(list(changed.values())), strict=True):
            out[i] = t
        for i, t in enumerate(out):
            if draw.random() < self.masking:
                out[i] = Tokens(np.where(t.own, self.hidden, t.ids), t.marks, t.asked)
        return out

    def _padded(self, tokens: Sequence[Tokens]) -> dict[str, Tensor]:
        # Few different lengths: the processor's kernels are made anew for every shape.
        longest = -(-max(len(t.ids) for t in tokens) // 16) * 16
        ids = np.full((len(tokens), longest), self.pad)
        attention = np.zeros((len(tokens), longest), dtype=np.int64)
        marks = np.zeros((len(tokens), longest, len(MARKS)), dtype=np.float32)
        asked = np.zeros((sum(len(t.asked) for t in tokens), longest), dtype=np.float32)
        k = 0
        for i, t in enumerate(tokens):
            n = len(t.ids)
            ids[i, :n], attention[i, :n], marks[i, :n] = t.ids, 1, t.marks
            asked[k : k + len(t.asked), :n] = t.asked
            k += len(t.asked)
        reading = np.repeat(np.arange(len(tokens)), [len(t.asked) for t in tokens])
        arrays = {"ids": ids, "attention": attention, "marks": marks, "asked": asked, "reading": reading}
        return {name: torch.from_numpy(a) for name, a in arrays.items()}
