"""The network behind `EncoderClassifier`: a transformer that reads a sentence, and a head that reads it for one actor."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from argmine.features.encoder import FACTS, HOW, MARKS, Pieces, Reading, Tokens, assemble, noised
from argmine.schema import Rationale

__all__ = ["ActorReader", "Rows"]

# How many numbers a token and an actor are compared by, for each label.
_CUE_WIDTH = 96
# Log odds of a token being part of a cue before anything is learned; of a sentence without tokens; and of what is out of the question.
_RARE, _UNLIKELY, _NEVER = -3.0, -100.0, -1e4


class ActorReader(nn.Module):
    """Log odds of each label, for each (reading, actor).

    The tokens' embeddings get those of their marks added. An actor is the mean of its mentions' states, or a learned vector where the
    sentence does not mention it. It attends over the sentence's states, and for each label it asks every token of the sentence whether it
    is part of a cue of that actor's position; what it finds, and the surest token of each label, go with the sentence's mean and the facts
    through one hidden layer. Log odds of another model may be added as they are: the network then learns what that model misses.

    While it trains with rationales, it also learns to tell the tokens of cues, and the labels that are addressed to the actor.

    Args:
        body: an encoder of ``transformers.AutoModel``.
        n_labels: how many labels.
        hidden: width of the hidden layer.
        dropout: in the head.
        from_first: whether another model's log odds are added.
        cue_weight: how much a token's cue counts beside a row's label, while training.
        addressed_weight: how much it counts what is addressed to the actor.
    """

    def __init__(
        self, body: Any, n_labels: int, hidden: int = 256, dropout: float = 0.1, from_first: bool = True,
        cue_weight: float = 0.1, addressed_weight: float = 0.5,
    ) -> None:  # fmt: skip
        super().__init__()
        width = body.config.hidden_size
        self.body = body
        self.cue_weight, self.addressed_weight = cue_weight, addressed_weight
        self.marks = nn.Parameter(torch.zeros(len(MARKS), width))
        self.absent = nn.Parameter(torch.randn(len(HOW), width) * 0.1)
        self.query = nn.Linear(width, width)
        n_first = n_labels if from_first else 0
        self.cue_of_actor = nn.Linear(width, n_labels * _CUE_WIDTH)
        self.cue_of_token = nn.Linear(width, n_labels * _CUE_WIDTH)
        self.cue_alone = nn.Linear(width, n_labels)
        nn.init.constant_(self.cue_alone.bias, _RARE)
        last = nn.Linear(hidden, n_labels)
        nn.init.zeros_(last.weight)
        self.head = _layers(3 * width + len(FACTS) + n_first + n_labels, hidden, last, dropout)
        self.addressed = _layers(3 * width + len(FACTS), hidden // 2, nn.Linear(hidden // 2, n_labels), dropout)
        self.first_scale = nn.Parameter(torch.ones(n_first)) if from_first else None

    def forward(
        self, ids: Tensor, attention: Tensor, marks: Tensor, asked: Tensor, reading: Tensor, facts: Tensor, first: Tensor | None = None,
        cues: Tensor | None = None, addressed: Tensor | None = None,
    ) -> Tensor | tuple[Tensor, Tensor]:  # fmt: skip
        """Log odds, shape (n_rows, n_labels); with rationales also a further loss of each row, shape (n_rows,).

        Args:
            ids, attention: shape (n_readings, length).
            marks: shape (n_readings, length, len(MARKS)).
            asked: the tokens of each row's actor, shape (n_rows, length).
            reading: which reading each row belongs to, shape (n_rows,).
            facts: shape (n_rows, len(FACTS)).
            first: another model's log odds, shape (n_rows, n_labels).
            cues: 1 for the tokens of the row's cues, -1 everywhere in a row without a rationale, shape (n_rows, length, n_labels).
            addressed: what is addressed to the actor, shape (n_rows, n_labels).
        """
        cue, parts, surest = self._read(ids, attention, marks, asked, reading, facts)
        if self.first_scale is None or first is None:
            out: Tensor = self.head(torch.cat([parts, surest], 1))
        else:
            out = self.head(torch.cat([parts, surest, first / 4], 1)) + first * self.first_scale
        if cues is None or addressed is None:
            return out
        told = (cues >= 0) & (marks[:, :, MARKS.index("sentence")][reading] > 0)[..., None]
        missed = binary_cross_entropy_with_logits(cue, cues.clamp(min=0), reduction="none") * told
        wrong = binary_cross_entropy_with_logits(self.addressed(parts).float(), addressed, reduction="none")
        known = cues[:, 0, 0] >= 0
        return out, self.cue_weight * missed.sum(1).mean(1) + self.addressed_weight * wrong.mean(1) * known

    def rationales(
        self, ids: Tensor, attention: Tensor, marks: Tensor, asked: Tensor, reading: Tensor, facts: Tensor
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        """Probabilities that a token is part of a cue, shape (n_rows, length, n_labels), and that a label is addressed to the actor, (n_rows, n_labels).

        Arguments are those of `forward`.
        """
        cue, parts, _ = self._read(ids, attention, marks, asked, reading, facts)
        inside = marks[:, :, MARKS.index("sentence")][reading][..., None]
        return cue.sigmoid() * inside, self.addressed(parts).float().sigmoid()

    def _read(
        self, ids: Tensor, attention: Tensor, marks: Tensor, asked: Tensor, reading: Tensor, facts: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
        """Of each row the tokens' log odds of cues, what is known of it, shape (n_rows, 3 * width + len(FACTS)), and each label's surest token."""
        embedded = self.body.get_input_embeddings()(ids) + marks @ self.marks
        states = self.body(inputs_embeds=embedded, attention_mask=attention).last_hidden_state.float()
        inside = marks[:, :, MARKS.index("sentence")]
        mean = (states * inside[..., None]).sum(1) / inside.sum(1, keepdim=True).clamp(min=1)
        count = asked.sum(1, keepdim=True)
        own = (asked[..., None] * states[reading]).sum(1) / count.clamp(min=1)
        actor = torch.where(count > 0, own, facts[:, : len(HOW)] @ self.absent)
        outside = inside[reading] == 0
        found = self._attend(actor, states[reading], outside)
        cue = self._cues(actor, states, reading)
        parts = torch.cat([actor, found, mean[reading], facts], 1)
        surest = cue.masked_fill(outside[..., None], _NEVER).amax(1).clamp(min=_UNLIKELY) / 4
        return cue, parts, surest

    def _attend(self, actor: Tensor, states: Tensor, outside: Tensor) -> Tensor:
        """What the actor finds in its sentence, shape (n_rows, width)."""
        score = (states @ self.query(actor)[..., None]).squeeze(-1) / states.shape[-1] ** 0.5
        share = score.masked_fill(outside, _NEVER).softmax(1)
        found: Tensor = (share[..., None] * states).sum(1)
        return found

    def _cues(self, actor: Tensor, states: Tensor, reading: Tensor) -> Tensor:
        """Log odds that a token is part of a cue of the row's actor, shape (n_rows, length, n_labels)."""
        of_actor = self.cue_of_actor(actor).float().view(len(actor), -1, _CUE_WIDTH)
        of_token = self.cue_of_token(states).float().view(*states.shape[:2], -1, _CUE_WIDTH)
        together = torch.einsum("rld,rtld->rtl", of_actor, of_token[reading]) / _CUE_WIDTH**0.5
        odds: Tensor = together + self.cue_alone(states).float()[reading]
        return odds

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


def _layers(wide: int, hidden: int, last: nn.Linear, dropout: float) -> nn.Sequential:
    return nn.Sequential(nn.Dropout(dropout), nn.Linear(wide, hidden), nn.GELU(), nn.Dropout(dropout), last)


@dataclass
class Rows:
    """Readings with what their rows need, as the training loop takes them (`argmine.training.Examples`); one example is one reading.

    Attributes:
        readings: the passes.
        facts: shape (n_rows, len(FACTS)).
        first: another model's log odds, shape (n_rows, n_labels), or None.
        targets: shape (n_rows, n_labels).
        pieces, start, stop, pad, longest: the tokenizer; see `argmine.features.encoder.assemble`.
        rationales: one a row where a batch with a seed is to have them, or none at all.
        about: what else the network's learning depends on.
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
    rationales: Sequence[Rationale | None] = ()
    about: str = ""
    noise: float = 0.0
    masking: float = 0.0
    alone: float = 0.0

    def __post_init__(self) -> None:
        self.plain = [t for i in range(0, len(self.readings), 256) for t in self._assemble(self.readings[i : i + 256])]
        self.lengths = [len(t.ids) for t in self.plain]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that is learned from: tokens, marks, facts, targets, rationales, and what noise there is."""
        total = hashlib.sha256(repr((self.about, self.noise, self.masking, self.alone, self.rationales)).encode())
        arrays = [a for t in self.plain for a in (t.ids, t.marks, t.asked)]
        for a in (*arrays, self.facts, self.targets, *(() if self.first is None else (self.first,))):
            total.update(np.ascontiguousarray(a).tobytes())
        return total.hexdigest()

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
        if seed is not None and self.rationales:
            inputs |= self._told(tokens, rows, inputs["ids"].shape[1])
        return inputs, torch.from_numpy(self.targets[rows])

    def _told(self, tokens: Sequence[Tokens], rows: NDArray[np.int64], length: int) -> dict[str, Tensor]:
        """The rationales of a batch's rows; see `ActorReader.forward`."""
        cues = np.zeros((len(rows), length, self.targets.shape[1]), dtype=np.float32)
        addressed = np.zeros((len(rows), self.targets.shape[1]), dtype=np.float32)
        for i, (row, found) in enumerate(zip(rows, (row for t in tokens for row in t.cues), strict=True)):
            rationale = self.rationales[row]
            if rationale is None:
                cues[i] = -1
                continue
            addressed[i, list(rationale.addressed)] = 1
            for column, places in found:
                cues[i, places, column] = 1
        return {"cues": torch.from_numpy(cues), "addressed": torch.from_numpy(addressed)}

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
                out[i] = replace(t, ids=np.where(t.own, self.hidden, t.ids))
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
