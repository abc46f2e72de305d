"""How the shipped models are made from a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from argmine.data.corpus import Corpus
from argmine.evaluation.metrics import evaluate
from argmine.models.folder import save
from argmine.models.linear import LinearClassifier

__all__ = ["train_linear"]


def train_linear(corpus: Corpus, folder: str | Path) -> dict[str, Any]:
    """Train the linear model on a corpus's train and dev splits, judge it on its test split, and save it.

    Without splits it learns from all documents, and nothing is judged. Calibration and thresholds come from out-of-fold
    predictions on what it learns from, so that dev needs no holding out.

    Returns:
        The figures on the test split, as kept in the model folder.
    """
    figures: dict[str, Any] = {"rows": 0}
    if corpus.splits:
        test = corpus.select(split="test")
        learned = corpus.select(lambda document: corpus.splits[document.negotiation] != "test")
    else:
        learned, test = corpus, corpus.select(lambda _: False)
    model = LinearClassifier(scheme=corpus.scheme).fit(learned.X, learned.y, groups=list(learned.groups))
    figures["rows"] = len(learned.X)
    if len(test):
        result = evaluate(test.y, model.predict(test.X), groups=[row.document for row in test.X], labels=corpus.scheme.labels)
        figures["test"] = result.as_dict()
    save(model, folder, corpus_digest=corpus.digest, figures=figures, card=_card(corpus, learned, figures))
    return figures


def _card(corpus: Corpus, learned: Corpus, figures: dict[str, Any]) -> str:
    """The model card, Markdown."""
    test = figures.get("test")
    measured = "No test split was held out, so nothing was measured."
    if test:
        rows = "\n".join(
            f"| {name} | {v['precision']:.3f} | {v['recall']:.3f} | {v['f1']:.3f} | {v['support']} |" for name, v in test["labels"].items()
        )
        low, high = test["interval"]
        measured = (
            f"On the corpus's test split (negotiations that it never saw), annotated and found actors as rows: F1 on triples {test['micro_f1']:.3f} "
            f"(95 % bootstrap interval over documents {low:.3f} to {high:.3f}).\n\n| label | precision | recall | F1 | positions |\n|---|---|---|---|---|\n{rows}"
        )
    return f"""# argmine linear model

One logistic regression a label over sparse features of the actor-sentence: words and cues before and after the actor's
mentions, who owns the cues, other actors, quotation. Calibrated by a sigmoid on out-of-fold predictions.

- Learned from {len(learned)} reports, {figures["rows"]} actor-sentences, of corpus `{corpus.digest[:16]}` (written for training, not real reporting).
- Meant for English diplomatic reporting; not for judging persons, nor as the only ground of a decision.
- Limits: positions that no wording in the sentence shows; actors that only knowledge of the world resolves; irony.

{measured}
"""
