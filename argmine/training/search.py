"""Search for settings with optuna, through the same loop as any other training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from argmine.errors import InputError, MissingExtraError, say
from argmine.training.around import check_metric
from argmine.training.config import TrainingConfig
from argmine.training.figures import FIGURES, better
from argmine.training.loop import Run

__all__ = ["Trial", "search"]

# These settings change what the loss is, so that losses of trials that differ in them say nothing about which is better.
_OF_THE_LOSS = ("loss", "gamma", "positive_weight", "smoothing")
Space = Mapping[str, "Sequence[Any]"]


@dataclass(frozen=True)
class Trial:
    """One set of settings that was tried.

    Attributes:
        number: from 0.
        settings: the values that were searched for.
        value: the best dev figure that it reached.
        pruned: whether it was given up before its end, being worse than the median of the earlier ones.
        dev: its dev figures, epoch by epoch.
    """

    number: int
    settings: dict[str, Any]
    value: float
    pruned: bool
    dev: tuple[dict[str, float], ...]

    def as_dict(self) -> dict[str, Any]:
        """The trial as plain values, for JSON."""
        return asdict(self)


def search(
    make_run: Callable[[TrainingConfig], Run], space: Space, trials: int, random_state: int = 0, metric: str = "macro_f1", *,
    config: TrainingConfig | None = None,
) -> tuple[TrainingConfig, list[Trial]]:  # fmt: skip
    """Try settings, drawn by a tree-structured Parzen estimator; trials that fall behind the median are pruned.

    Args:
        make_run: from settings to a fresh run with a dev set.
        space: for each field of `TrainingConfig` that is searched: a list of choices, or the two ends of a range, ``(low, high)``, from which whole
            numbers are drawn if both ends are (for a share write ``(0.0, 1.0)``); ``(low, high, "log")`` draws on a logarithmic scale.
        trials: how many to try.
        random_state: seed of the draws; the runs' own is ``config.random_state``.
        metric: the dev figure that decides: ``macro_f1``, ``micro_f1`` or ``dev_loss``.
        config: the settings that are not searched.

    Returns:
        The best settings, and all trials in order.

    Raises:
        MissingExtraError: without the package ``optuna``.
        InputError: for an unknown field, a range that is none, a value that the field may not have, losses that can't be compared, or a run
            without a dev set.
    """
    check_metric(metric)
    base = config or TrainingConfig()
    _check_space(space, base)
    if metric == "dev_loss" and (of_loss := [name for name in _OF_THE_LOSS if name in space]):
        raise InputError(f"{', '.join(of_loss)} can't be searched by dev_loss: they change what the loss is; take metric macro_f1 or micro_f1")
    if trials < 1:
        raise InputError(say("trials", trials, "a whole number from 1"))
    study = _study(random_state, metric)
    done = []
    for _ in range(trials):
        asked = study.ask()
        settings = {name: _suggest(asked, name, options) for name, options in space.items()}
        done.append(_try(study, asked, make_run(replace(base, **settings)), settings, metric))
    best = done[0]
    for trial in done[1:]:
        best = trial if better(metric, trial.value, best.value) else best
    return replace(base, **best.settings), done


def _study(random_state: int, metric: str) -> Any:
    try:
        import optuna
    except ImportError:
        raise MissingExtraError("the search needs the package optuna; install it with: pip install 'argmine[search]'") from None
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # it would write to the terminal
    try:
        return optuna.create_study(
            sampler=optuna.samplers.TPESampler(seed=random_state), pruner=optuna.pruners.MedianPruner(),
            direction="maximize" if FIGURES[metric] > 0 else "minimize",
        )  # fmt: skip
    finally:
        optuna.logging.set_verbosity(before)


def _try(study: Any, asked: Any, run: Run, settings: dict[str, Any], metric: str) -> Trial:
    import optuna

    dev: list[dict[str, float]] = []
    best, pruned = None, False
    for record in run:
        if record.dev is None:
            continue
        dev.append(record.dev)
        best = record.dev[metric] if better(metric, record.dev[metric], best) else best
        asked.report(record.dev[metric], record.epoch)
        if asked.should_prune():
            pruned = True
            break
    if best is None:
        raise InputError("a run of the search came without dev figures; make_run must give its run a dev set")
    study.tell(asked, None if pruned else best, state=optuna.trial.TrialState.PRUNED if pruned else None)
    return Trial(asked.number, settings, best, pruned, tuple(dev))


def _suggest(asked: Any, name: str, options: Sequence[Any]) -> Any:
    if isinstance(options, list):
        # By place: a choice may be a tuple, which optuna does not take.
        return options[asked.suggest_categorical(name, list(range(len(options))))]
    low, high, *scale = options
    draw = asked.suggest_int if isinstance(low, int) and isinstance(high, int) else asked.suggest_float
    return draw(name, low, high, log=bool(scale))


def _check_space(space: Space, base: TrainingConfig) -> None:
    known = [field.name for field in fields(TrainingConfig)]
    for name, options in space.items():
        if name not in known:
            raise InputError(say("field of the search space", name, known))
        if not (isinstance(options, list) and options):
            numbers = isinstance(options, tuple) and len(options) in (2, 3) and all(isinstance(v, int | float) for v in options[:2])
            if not numbers or options[0] > options[1] or options[2:] not in ((), ("log",)) or (options[2:] and options[0] <= 0):
                allowed = 'a list of choices, (low, high), or (low, high, "log") with a low above 0'
                raise InputError(say("range", options, allowed, where=f"search space: {name}"))
        for value in options if isinstance(options, list) else options[:2]:
            replace(base, **{name: value})  # refuses what the field may not have
