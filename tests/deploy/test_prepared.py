from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local import prepared
from deploy.local.place import Place
from deploy.local.prepared import Prepared

HERE = {"DATABASE_URL": "postgres://here/mezzofy"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An instance beside a repository with one migration."""
    migrations = tmp_path / "repository" / "apps" / "crm" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "0001_initial.py").write_text("first")
    (tmp_path / "repository" / "requirements").mkdir()
    (tmp_path / "repository" / "requirements" / "base.txt").write_text("Django==5.2")
    monkeypatch.setattr(prepared, "REPOSITORY", tmp_path / "repository")
    return Place.at(tmp_path / "data")


def test_a_database_is_up_to_date_only_once_it_was_prepared(place: Place) -> None:
    assert not Prepared(place, HERE).is_likely()
    Prepared(place, HERE).remember()
    assert Prepared(place, HERE).is_likely()


def test_another_database_has_to_be_looked_at(place: Place) -> None:
    Prepared(place, HERE).remember()
    assert not Prepared(place, {"DATABASE_URL": "postgres://elsewhere/mezzofy"}).is_likely()


@pytest.mark.parametrize(
    "path",
    ["apps/crm/migrations/0001_initial.py", "apps/crm/migrations/0002_new.py", "requirements/base.txt"],
)
def test_a_new_migration_has_to_be_applied(place: Place, tmp_path: Path, path: str) -> None:
    Prepared(place, HERE).remember()
    (tmp_path / "repository" / path).write_text("changed")
    assert not Prepared(place, HERE).is_likely()
