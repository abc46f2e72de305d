"""The encoder model: a transformer reads the sentence with its context, once for all its actors, and answers for each."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from argmine.actors.tokens import segments
from argmine.errors import InputError, say
from argmine.features.encoder import facts, readings
from argmine.models.base import Explained, Floats, Labels, PositionClassifier, best_thresholds, check_rows
from argmine.models.bases import MINILM, Base, load_base
from argmine.models.calibration import Calibrator, ConformalSets
from argmine.models.delta import Arrays, apply_delta, take_delta
from argmine.models.linear import LinearClassifier
from argmine.models.reader import ActorReader, Rows
from argmine.schema import FOUR_LABELS, ActorSentence, LabelScheme, Rationale, Span
from argmine.training import Processes, Record, Run, TrainingConfig, checkpointed, keep_best, logged, progress, resume, train, until_stale
from argmine.training.config import NOT_NEGATIVE, SHARE, check_ranges, whole

__all__ = ["DEFAULT_TRAINING", "EncoderClassifier"]

logger = logging.getLogger(__name__)
T = TypeVar("T")

DEFAULT_TRAINING = TrainingConfig(epochs=4, learning_rate=1e-4, head_learning_rate=1e-3, layer_decay=0.9)
_BATCH = 64
# Log odds beyond this say nothing more, and would drown what the encoder adds.
_MOST_ODDS = 8.0
# How much the first reader's log odds count beside the encoder's, in their mean.
_FIRST_SHARE = 0.25
# A cue is its surest token, and those beside it that are at least this share as likely.
_CUE_SHARE = 0.5
# A setting of the classifier: what is allowed, in words and as a test.
_RANGES = {
    **dict.fromkeys(("before", "after", "frozen_layers"), whole(0)),
    **dict.fromkeys(("gate_loss", "noise", "masking", "alone", "dropout"), SHARE),
    **dict.fromkeys(("cue_weight", "addressed_weight"), NOT_NEGATIVE),
    "longest": whole(16),
    "held_out": SHARE,
    "patience": whole(1),
    "rank": ("a whole number from 1, or None", lambda v: v is None or whole(1)[1](v)),
}


class EncoderClassifier(PositionClassifier):
    """A fine-tuned transformer encoder with a head for each (sentence, actor), on top of a linear first reader.

    The sentence is read once with its context, every mention marked; an actor's probabilities come from the states of its own
    mentions. The first reader is a `LinearClassifier`: its log odds (out of fold while training) are where the encoder's start, both
    are averaged in the end (three to one), and rows that the first reader finds hopeless are not read again: the encoder costs the time, and few rows
    hold a position.

    Args:
        base: ``all-MiniLM-L6-v2`` (packaged), a folder, or an identifier on a hub: any encoder of ``transformers.AutoModel``.
        by_pair: read once for every (sentence, actor), with its mentions marked apart from the others', instead of once a sentence.
        before, after: how many sentences of context.
        first_reader: whether there is a linear first reader.
        gate_loss: at most this share of the positives held out may be among the rows that are not read again; 0 reads all.
        frozen_layers: how many of the encoder's lowest layers stay as they are; the embeddings always do.
        noise, masking, alone: the share of training sentences that have articles dropped, words glued, names spelt otherwise and capitals lost; names hidden; no context.
        dropout: in the head.
        cue_weight, addressed_weight: where ``fit`` gets rationales, how much the tokens of cues, and what is addressed to the actor, count
            beside the labels; with either at 0 the network explains nothing, and the cue table does.
        rank: of each matrix's change that is kept, see `argmine.models.delta`; None keeps all of it.
        longest: most tokens of one reading.
        held_out: share of the groups that training does not see, where ``fit`` gets no ``dev``.
        patience: stop after so many epochs without a better macro F1 on what is held out.
        training: the loop's settings; ``random_state`` and ``device`` are there too.
        scheme: the labels, one a column of ``y``.

    Attributes:
        module_: the network.
        first_: the first reader, or None.
        gate_: rows whose highest probability by the first reader is below are not read again.
        calibrator_, conformal_: fitted on what is held out. The stopping has seen it too, so that the sets' coverage is not quite a promise:
            ``benchmarks/README.md`` has it measured.
        dev_probabilities_: of what was held out, shape (n_rows, n_labels).
        explains_: whether the network learned to tell cues and what is addressed to whom.
        history_: one record an epoch.
        thresholds_: shape (n_labels,), the best for each label's F1 on what is held out; the best for F1 over all triples at once were no better there.
    """

    def __init__(
        self, base: str = MINILM, *, by_pair: bool = False, before: int = 1, after: int = 0, first_reader: bool = True,
        gate_loss: float = 0.01, frozen_layers: int = 0, noise: float = 0.1, masking: float = 0.2, alone: float = 0.3, dropout: float = 0.1,
        cue_weight: float = 0.1, addressed_weight: float = 0.5, rank: int | None = 96, longest: int = 128, held_out: float = 0.15, patience: int = 3,
        training: TrainingConfig = DEFAULT_TRAINING, scheme: LabelScheme = FOUR_LABELS,
    ) -> None:  # fmt: skip
        self.base = base
        self.by_pair = by_pair
        self.before = before
        self.after = after
        self.first_reader = first_reader
        self.gate_loss = gate_loss
        self.frozen_layers = frozen_layers
        self.noise = noise
        self.masking = masking
        self.alone = alone
        self.dropout = dropout
        self.cue_weight = cue_weight
        self.addressed_weight = addressed_weight
        self.rank = rank
        self.longest = longest
        self.held_out = held_out
        self.patience = patience
        self.training = training
        self.scheme = scheme

    def fit(
        self, X: Sequence[ActorSentence], y: object, groups: Sequence[str] | None = None,
        dev: tuple[Sequence[ActorSentence], object, Sequence[str]] | None = None, folder: str | Path | None = None,
        rationales: Sequence[Rationale | None] = (), taught: tuple[Sequence[ActorSentence], Floats] | None = None,
        accelerator: Processes | None = None,
    ) -> EncoderClassifier:  # fmt: skip
        """Learn from rows and their label matrix.

        Args:
            X: actor-sentences.
            y: 0 or 1, shape (n_rows, n_labels).
            groups: what must not be on both sides of a split; the rows' documents if None.
            dev: rows, labels and groups for stopping, calibration and thresholds; else some groups are held out.
            folder: for checkpoints and the log; a run that was broken off there goes on.
            rationales: one a row, or none at all: what the annotators saw the labels in (`Corpus.rationales`).
            taught: further rows, and a teacher's probabilities of their labels, which are learned as labels are (Hinton, Vinyals & Dean 2015).
            accelerator: where several processes learn together (`argmine.training.make_accelerator`); all end with the same model.

        Raises:
            InputError: for a setting out of its range, rows, labels, groups and the rest that do not fit each other, or a training in ``folder`` that
                began with something else.
            ModelError: for a base that can't be loaded.
        """
        begun = self._begin(X, y, groups, dev, rationales, taught, accelerator)
        self.history_ = self._train(begun.run, folder)
        self._settle(begun.before)
        self._decide(*begun.dev)
        return self

    def training_run(
        self, X: Sequence[ActorSentence], y: object, groups: Sequence[str] | None = None,
        dev: tuple[Sequence[ActorSentence], object, Sequence[str]] | None = None,
        rationales: Sequence[Rationale | None] = (), taught: tuple[Sequence[ActorSentence], Floats] | None = None,
        accelerator: Processes | None = None,
    ) -> Run:  # fmt: skip
        """The training alone, for you to drive: to watch it, or to search for settings with `argmine.training.search`.

        Arguments are those of `fit`. This model stays as it is; the network that learns is the run's ``module``.
        """
        begun: _Begun = clone(self)._begin(X, y, groups, dev, rationales, taught, accelerator)
        return begun.run

    def _begin(
        self, X: Sequence[ActorSentence], y: object, groups: Sequence[str] | None,
        dev: tuple[Sequence[ActorSentence], object, Sequence[str]] | None,
        rationales: Sequence[Rationale | None], taught: tuple[Sequence[ActorSentence], Floats] | None, accelerator: Processes | None,
    ) -> _Begun:  # fmt: skip
        check_ranges(self, _RANGES)
        gold = check_rows(X, y, self.scheme)
        names = np.asarray(groups if groups is not None else [row.document for row in X])
        if len(names) != len(X):
            raise InputError(f"there are {len(names)} groups for {len(X)} rows; one group a row is needed")
        if len(X) == 0:
            raise InputError("X has no rows; a model needs some to learn from")
        if rationales and len(rationales) != len(X):
            raise InputError(f"there are {len(rationales)} rationales for {len(X)} rows; one a row is needed, or none at all")
        if taught is not None:
            _check_taught(taught[0], np.asarray(taught[1], dtype=float), gold.shape[1])
        if dev is None:
            kept = ~np.isin(names, self._held_out(names))
            dev = (_picked(X, ~kept), gold[~kept], list(names[~kept]))
            X, gold, names, rationales = _picked(X, kept), gold[kept], names[kept], _picked(rationales, kept) if rationales else ()
        dev_X, dev_gold, dev_names = dev[0], check_rows(dev[0], dev[1], self.scheme), list(dev[2])
        if not len(dev_X) or len(dev_names) != len(dev_X):
            raise InputError(f"dev has {len(dev_X)} rows and {len(dev_names)} groups; it needs rows, and one group a row")
        base = self._prepare()
        first = self._fit_first(X, gold, list(names))
        targets = gold.astype(np.float32)
        if taught is not None:
            more, soft = taught
            X, targets = [*X, *more], np.concatenate([targets, np.asarray(soft, dtype=np.float32)])
            if first is not None and self.first_ is not None:
                first = np.concatenate([first, _clipped(self.first_.log_odds(more))])
            rationales = [*rationales, *[None] * len(more)] if rationales else ()
        self.explains_ = any(r is not None for r in rationales) and min(self.cue_weight, self.addressed_weight) > 0
        before = {name: p.detach().clone() for name, p in base.body.state_dict().items()}
        fit_set = self._rows(X, first, targets, rationales, noisy=True)
        dev_set = self._rows(dev_X, self._first_odds(dev_X), dev_gold.astype(np.float32))
        return _Begun(train(self.module_, fit_set, dev_set, self.training, accelerator), before, (dev_X, dev_gold, dev_names))

    def _held_out(self, names: NDArray[np.str_]) -> NDArray[np.str_]:
        found = np.unique(names)
        if len(found) < 2:
            raise InputError("all rows are of one group, and some must be held out; give several documents, or rows as dev")
        n = min(len(found) - 1, max(1, round(self.held_out * len(found))))
        return np.random.default_rng(self.training.random_state).permutation(found)[:n]

    def _prepare(self) -> Base:
        """Set up base and network, before any learning; the network's new parts are drawn from the random state."""
        base = load_base(self.base, self.longest)
        for p in base.body.get_input_embeddings().parameters():
            p.requires_grad_(False)
        for name, p in base.body.named_parameters():
            number = next((int(part) for part in name.split(".") if part.isdigit()), -1)
            if number < self.frozen_layers:
                p.requires_grad_(False)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.training.random_state)
            self.module_ = ActorReader(
                base.body, len(self.scheme.labels), dropout=self.dropout, from_first=self.first_reader,
                cue_weight=self.cue_weight, addressed_weight=self.addressed_weight,
            )  # fmt: skip
        self.scheme_, self.base_ = self.scheme, base
        return base

    def _fit_first(self, X: Sequence[ActorSentence], gold: NDArray[np.int8], names: list[str]) -> NDArray[np.float32] | None:
        """Fit the first reader; its log odds of each row, by a model that did not see the row's group."""
        self.first_: LinearClassifier | None = None
        if not self.first_reader:
            return None
        self.first_ = LinearClassifier(random_state=self.training.random_state, scheme=self.scheme).fit(X, gold, groups=names)
        return _clipped(self.first_.held_out_odds_)

    def _first_odds(self, X: Sequence[ActorSentence]) -> NDArray[np.float32] | None:
        return None if self.first_ is None else _clipped(self.first_.log_odds(X))

    def _rows(
        self, X: Sequence[ActorSentence], first: NDArray[np.float32] | None, targets: NDArray[np.float32] | None = None,
        rationales: Sequence[Rationale | None] = (), noisy: bool = False,
    ) -> Rows:  # fmt: skip
        base = self.base_
        if targets is None:
            targets = np.zeros((len(X), len(self.scheme.labels)), dtype=np.float32)
        return Rows(
            readings(X, by_pair=self.by_pair, before=self.before, after=self.after, rationales=rationales), np.stack([facts(row) for row in X]), first, targets,
            base.pieces, base.start, base.stop, base.pad, base.hidden, base.longest, rationales,
            *((self._about(), self.noise, self.masking, self.alone) if noisy else ()),
        )  # fmt: skip

    def _about(self) -> str:
        """What a training that goes on must have begun with, beside its readings and `TrainingConfig`."""
        return repr((self.base_.sha256, self.frozen_layers, self.dropout, self.cue_weight, self.addressed_weight))

    def _train(self, run: Run, folder: str | Path | None) -> list[Record]:
        records: Iterator[Record] = run
        if folder is not None:
            resume(run, Path(folder))
            records = checkpointed(run, Path(folder))
            if run.processes.is_main_process:
                records = logged(records, Path(folder) / "log.jsonl")
        history: list[Record] = []
        for record in keep_best(until_stale(progress(records, self.training.epochs), self.patience), self.module_):
            logger.info("epoch %d: loss %.4f, dev %s", record.epoch, record.loss, record.dev)
            history.append(replace(record, weights=None))
        return history

    def _settle(self, before: dict[str, torch.Tensor]) -> None:
        """Bring the network to what a model folder can hold, so that the model in memory is the saved one."""
        self.module_.to("cpu").eval()
        if self.first_ is not None:
            self.first_ = _settled(self.first_)
        self.delta_ = take_delta(before, self.base_.body.state_dict(), self.rank)
        self._place(before, self.delta_, {name: p.detach().numpy().astype(np.float16) for name, p in self._head().items()})

    def _head(self) -> dict[str, torch.Tensor]:
        return {name: p for name, p in self.module_.state_dict().items() if not name.startswith("body.")}

    def _place(self, before: dict[str, torch.Tensor], delta: Arrays, head: Arrays) -> None:
        self.module_.body.load_state_dict(apply_delta(before, delta))
        self.module_.load_state_dict({name: torch.from_numpy(a.astype(np.float32)) for name, a in head.items()}, strict=False)
        self.module_.eval()

    def _decide(self, X: Sequence[ActorSentence], gold: Labels, groups: list[str]) -> None:
        """Gate, calibration, thresholds and conformal sets, all from rows that were held out."""
        self.gate_ = 0.0
        if self.first_ is not None and gold.any() and self.gate_loss:
            highest = expit(self.first_.log_odds(X)).max(1)
            self.gate_ = float(np.quantile(highest[gold.any(1)], self.gate_loss, method="lower"))
        decisions = self.decision_function(X)
        self.calibrator_ = Calibrator().fit(decisions, gold, groups)
        probabilities = self.calibrator_.transform(decisions)
        self.thresholds_, self.dev_probabilities_ = best_thresholds(gold, probabilities), probabilities
        self.conformal_ = ConformalSets().fit(probabilities, gold)

    def decision_function(self, X: Sequence[ActorSentence]) -> Floats:
        """Log odds before calibration, shape (n_rows, n_labels): three quarters the encoder's and one the first reader's; below the gate the latter's alone."""
        check_is_fitted(self, "gate_")
        if not len(X):
            return np.zeros((0, len(self.scheme_.labels)))
        if self.first_ is None:
            return self._read(X, None)
        odds = self.first_.log_odds(X)
        first = _clipped(odds)
        read = first.astype(np.float64)
        chosen = expit(odds).max(1) >= self.gate_
        if chosen.any():
            read[chosen] = self._read(_picked(X, chosen), first[chosen])
        return (1 - _FIRST_SHARE) * read + _FIRST_SHARE * first

    @torch.no_grad()
    def _read(self, X: Sequence[ActorSentence], first: NDArray[np.float32] | None) -> Floats:
        rows = self._rows(X, first)
        out = np.zeros((len(X), len(self.scheme_.labels)))
        for part, inputs in self._batches(rows):
            out[np.concatenate([rows.readings[j].rows for j in part])] = self.module_(**inputs).float().cpu().numpy()
        return out

    def _batches(self, rows: Rows) -> Iterator[tuple[list[int], dict[str, torch.Tensor]]]:
        """Readings of like length together: their indices, and the network's inputs."""
        device = next(self.module_.parameters()).device
        order = sorted(range(len(rows)), key=rows.lengths.__getitem__)
        for i in range(0, len(order), _BATCH):
            part = order[i : i + _BATCH]
            yield part, {name: tensor.to(device) for name, tensor in rows.batch(part)[0].items()}

    @torch.no_grad()
    def explain(self, X: Sequence[ActorSentence]) -> Explained:
        """The words in which each label is seen, and whom it is addressed to, as the network learned from rationales; without them, as the cue table says."""
        if not self.explains_ or not len(X):
            return super().explain(X)
        rows = self._rows(X, None)
        cues: list[tuple[Span | None, ...]] = [()] * len(X)
        addressed = np.zeros((len(X), len(self.scheme_.labels)))
        for part, inputs in self._batches(rows):
            of_tokens, of_labels = (found.cpu().numpy() for found in self.module_.rationales(**inputs))
            numbers = [(j, row) for j in part for row in rows.readings[j].rows]
            addressed[[row for _, row in numbers]] = of_labels
            for (j, row), likely in zip(numbers, of_tokens, strict=True):
                inside = slice(rows.plain[j].first, rows.plain[j].first + len(rows.plain[j].offsets))
                seams = {s.end for s in segments(X[row].text, rows.readings[j].mentions)}
                cues[row] = tuple(_stretch(likely[inside, k], rows.plain[j].offsets, X[row].text, seams) for k in range(addressed.shape[1]))
        return Explained(cues, addressed)

    def _probabilities(self, X: Sequence[ActorSentence]) -> Floats:
        return self.calibrator_.transform(self.decision_function(X))

    def predict_sets(self, X: Sequence[ActorSentence]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """For each row and label whether "no", and whether "yes", can't be ruled out at 90 % coverage; see `argmine.models.calibration.ConformalSets`."""
        return self.conformal_.sets(self.predict_proba(X))

    def to_state(self) -> tuple[dict[str, Any], Arrays]:
        """Settings and arrays for the model folder: the change of the base, not the base."""
        params = {key: value for key, value in self.get_params(deep=False).items() if key not in ("scheme", "training")}
        state: dict[str, Any] = {
            "params": params, "training": self.training.as_dict(), "base_sha256": self.base_.sha256, "gate": self.gate_, "explains": self.explains_,
            "calibration": self.calibrator_.to_state(), "conformal": self.conformal_.to_state(),
            "history": [record.as_dict() for record in self.history_],
        }  # fmt: skip
        arrays: Arrays = {f"delta/{name}": a for name, a in self.delta_.items()}
        arrays |= {f"head/{name}": p.detach().numpy().astype(np.float16) for name, p in self._head().items()}
        if self.first_ is not None:
            inner, parts = self.first_.to_state()
            state["first"] = inner | {"thresholds": [float(t) for t in self.first_.thresholds_]}
            arrays |= {f"first/{name}": a for name, a in parts.items()}
        return state, arrays

    @classmethod
    def from_state(cls, state: dict[str, Any], arrays: Arrays, scheme: LabelScheme) -> EncoderClassifier:
        """The inverse of `to_state`; loads the base.

        Raises:
            ModelError: if the base is not there.
            ValueError: if the base is another one, or the arrays do not fit.
        """
        training: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in state["training"].items()}
        model = cls(**state["params"], training=TrainingConfig(**training), scheme=scheme)
        base = model._prepare()
        if base.sha256 != state["base_sha256"]:
            raise ValueError(f"its base {model.base!r} has other weights here than those it was trained from")

        def part(name: str) -> Arrays:
            return {key.split("/", 1)[1]: a for key, a in arrays.items() if key.startswith(name + "/")}

        model.delta_ = part("delta")
        head = part("head")
        if set(head) != set(model._head()) or any(head[n].shape != tuple(p.shape) for n, p in model._head().items()):
            raise ValueError("its head does not fit its labels and base")
        model._place(dict(base.body.state_dict()), model.delta_, head)
        model.first_ = None
        if "first" in state:
            thresholds = state["first"].pop("thresholds")
            model.first_ = LinearClassifier.from_state(state["first"], part("first"), scheme)
            model.first_.thresholds_ = np.array(thresholds)
        model.gate_, model.explains_ = float(state["gate"]), bool(state["explains"])
        model.calibrator_ = Calibrator.from_state(state["calibration"])
        model.conformal_ = ConformalSets.from_state(state["conformal"])
        model.history_ = [Record(**row) for row in state["history"]]
        return model


class _Begun(NamedTuple):
    """A training that may begin: the run, the base's weights before it, and what is held out: rows, labels, groups."""

    run: Run
    before: dict[str, torch.Tensor]
    dev: tuple[Sequence[ActorSentence], Labels, list[str]]


def _stretch(likely: NDArray[np.float32], offsets: NDArray[np.int64], text: str, seams: Collection[int] = ()) -> Span | None:
    """The characters of the surest token, and of those beside it that are nearly as likely, in whole words; at a seam a name is glued to a word.

    >>> _stretch(np.array([0.1, 0.5, 0.8, 0.2]), np.array([[0, 4], [5, 8], [8, 10], [10, 12]]), "Oslo refusing it.")
    Span(start=5, end=13)
    """
    if not len(likely):
        return None
    best = int(likely.argmax())
    enough = likely >= _CUE_SHARE * likely[best]
    first, last = best, best
    while first > 0 and enough[first - 1]:
        first -= 1
    while last + 1 < len(likely) and enough[last + 1]:
        last += 1
    start, end = int(offsets[first, 0]), int(offsets[last, 1])
    while start > 0 and start not in seams and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and end not in seams and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return Span(start, end)


def _picked(X: Sequence[T], kept: NDArray[np.bool_]) -> list[T]:
    return [X[int(i)] for i in np.flatnonzero(kept)]


def _check_taught(rows: Sequence[ActorSentence], soft: Floats, n_labels: int) -> None:
    if soft.shape != (len(rows), n_labels):
        raise InputError(
            f"the teacher's answers have shape {soft.shape}; probabilities of shape {(len(rows), n_labels)} are needed, one row a row"
        )
    strange = soft[~((soft >= 0) & (soft <= 1))]
    if strange.size:
        raise InputError(say("a teacher's answer", float(strange[0]), "a probability from 0 to 1"))


def _settled(first: LinearClassifier) -> LinearClassifier:
    """The first reader as it comes back from a model folder, weights in half precision."""
    again = LinearClassifier.from_state(*first.to_state(), first.scheme_)
    again.thresholds_ = first.thresholds_
    return again


def _clipped(odds: Floats) -> NDArray[np.float32]:
    return np.clip(odds, -_MOST_ODDS, _MOST_ODDS).astype(np.float32)
