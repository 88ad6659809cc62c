"""Vectors of texts that rarely change are read from a file, and made anew when the texts are others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps.llm import embeddings
from apps.llm.embeddings import DIMENSIONS, Vectors, embed_kept


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> list[list[str]]:
    """The texts that the encoder was asked for; files lie in a folder of the test."""
    settings.DATA_DIR = tmp_path
    calls: list[list[str]] = []

    def embed(texts: list[str]) -> Vectors:
        calls.append(texts)
        return np.full((len(texts), DIMENSIONS), len(texts[0]), dtype=np.float32)

    monkeypatch.setattr(embeddings, "embed", embed)
    return calls


def test_the_encoder_is_asked_once_for_the_same_texts(asked: list[list[str]]) -> None:
    first, again = (embed_kept(["one", "two"], name="router") for _time in range(2))
    assert np.array_equal(first, again)
    assert asked == [["one", "two"]]


def test_other_texts_replace_those_of_the_same_name_only(asked: list[list[str]], tmp_path: Path) -> None:
    embed_kept(["one"], name="router")
    embed_kept(["three"], name="other")
    embed_kept(["two"], name="router")
    assert [path.name.partition("-")[0] for path in sorted((tmp_path / "models").iterdir())] == [
        "other",
        "router",
    ]
    assert len(asked) == 3


def test_a_spoilt_file_costs_only_the_time(asked: list[list[str]], tmp_path: Path) -> None:
    embed_kept(["one"], name="router")
    (kept,) = (tmp_path / "models").iterdir()
    kept.write_bytes(b"\x00 not numbers")
    assert embed_kept(["one"], name="router")[0, 0] == 3
    assert len(asked) == 2


def test_a_folder_that_cannot_be_written_costs_only_the_time(
    asked: list[list[str]], settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    assert embed_kept(["one"], name="router").shape == (1, DIMENSIONS)
