"""Instances of the launcher's services, each in a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.place import Place
from deploy.local.services import Services


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A data folder; what still runs in it is stopped at the end.

    Not one of pytest's: PostgreSQL may have to run as another user, who could not reach those.
    """
    folder = Path(tempfile.mkdtemp(prefix="mezzofy-launcher-"))
    yield Place.at(folder)
    Services.of(Place.at(folder), {}).stop()
    shutil.rmtree(folder)


@pytest.fixture
def services(place: Place) -> Services:
    return Services.of(place, {}, durable=False)
