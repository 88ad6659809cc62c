"""What tests of the knowledge base share: the real folder indexed, a small one to change, the encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.knowledge.selectors import retrieval
from apps.knowledge.services import index_knowledge, indexing, quoting
from apps.llm import embeddings
from apps.llm.embeddings import EmbeddingsUnavailable, Vectors
from tests.factories.accounts import UserFactory

READER = "reader@mezzofy.test"


def reader() -> User:
    """Somebody of the staff who may read what everybody may."""
    return User.objects.filter(email=READER).first() or UserFactory(email=READER, roles=["staff"])


_remembered: dict[str, np.ndarray] = {}


class Encoder:
    """The real encoder, which remembers texts across tests and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_installed = True

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As `apps.llm.embeddings.embed`."""
        if not self.is_installed:
            raise EmbeddingsUnavailable("Semantic search is off because a package is not installed.")
        self.asked += texts
        missing = [text for text in dict.fromkeys(texts) if text not in _remembered]
        _remembered.update(zip(missing, embeddings.embed(missing), strict=True))
        return np.array([_remembered[text] for text in texts], dtype=np.float32)


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch) -> Encoder:
    """`encoder.is_installed = False` takes it away; `encoder.asked` is what it embedded."""
    found = Encoder()
    for module in (indexing, quoting, retrieval):
        monkeypatch.setattr(module, "embed", found.embed)
    quoting._vectors.cache_clear()
    return found


@pytest.fixture
def knowledge_base(db: None) -> None:
    """The real knowledge folder, indexed."""
    index_knowledge()


GUIDE = """# House guide

Written for new colleagues.

## Umbrellas

Umbrellas stand behind the door. Take one when it rains, and bring it back dry.

## Bicycles

The bicycle shed opens at seven. Ask the porter for a key.
"""
MENU = """# Canteen

## Soup

There is pumpkin soup on Mondays.
"""


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A knowledge folder with two small documents, `playbooks/guide.md` and `playbooks/menu.md`."""
    settings.KNOWLEDGE_DIR = tmp_path
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "guide.md").write_text(GUIDE, encoding="utf-8")
    (tmp_path / "playbooks" / "menu.md").write_text(MENU, encoding="utf-8")
    return tmp_path


@pytest.fixture
def write(folder: Path) -> Callable[[str, str], None]:
    """`write(path, text)` puts a file into the small folder."""

    def put(path: str, text: str) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    return put
