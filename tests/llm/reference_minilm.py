"""The forward pass of MiniLM in plain numpy, straight from the papers: the judge of the ONNX graph."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

Matrix = NDArray[np.float64]
LAYERS, HEADS, HIDDEN = 6, 12, 384


@lru_cache(maxsize=1)
def _weights(folder: Path) -> dict[str, Matrix]:
    return {name: array.astype(np.float64) for name, array in load_file(folder / "model.safetensors").items()}


def encode(ids: list[int], folder: Path) -> Matrix:
    """The unit vector of one token sequence, one text at a time and hence without any padding."""
    weights = _weights(folder)
    hidden = _norm(
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][: len(ids)]
        + weights["embeddings.token_type_embeddings.weight"][0],
        weights,
        "embeddings",
    )
    for layer in range(LAYERS):
        hidden = _layer(hidden, weights, f"encoder.layer.{layer}")
    mean = hidden.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _layer(hidden: Matrix, weights: dict[str, Matrix], name: str) -> Matrix:
    attended = _dense(
        _attention(hidden, weights, f"{name}.attention.self"), weights, f"{name}.attention.output.dense"
    )
    hidden = _norm(hidden + attended, weights, f"{name}.attention.output")
    inner = _gelu(_dense(hidden, weights, f"{name}.intermediate.dense"))
    return _norm(hidden + _dense(inner, weights, f"{name}.output.dense"), weights, f"{name}.output")


def _attention(hidden: Matrix, weights: dict[str, Matrix], name: str) -> Matrix:
    width = HIDDEN // HEADS
    heads = []
    query, key, value = (_dense(hidden, weights, f"{name}.{part}") for part in ("query", "key", "value"))
    for head in range(HEADS):
        part = slice(head * width, (head + 1) * width)
        scores = query[:, part] @ key[:, part].T / math.sqrt(width)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        heads.append(shares / shares.sum(axis=1, keepdims=True) @ value[:, part])
    return np.concatenate(heads, axis=1)


def _dense(value: Matrix, weights: dict[str, Matrix], name: str) -> Matrix:
    return value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _norm(value: Matrix, weights: dict[str, Matrix], name: str) -> Matrix:
    centred = value - value.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt(value.var(axis=-1, keepdims=True) + 1e-12)
    return scaled * weights[f"{name}.LayerNorm.weight"] + weights[f"{name}.LayerNorm.bias"]


def _gelu(value: Matrix) -> Matrix:
    return value * 0.5 * (1 + np.vectorize(math.erf)(value / math.sqrt(2)))
