from __future__ import annotations

import stat
from dataclasses import asdict
from pathlib import Path

import pytest

from deploy.local import credentials
from deploy.local.place import LOCAL, Place, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    place = Place.at(tmp_path / "data")
    assert mode(place.data) == 0o700
    assert mode(place.run) == 0o700


def test_the_data_folder_follows_the_setting(tmp_path: Path) -> None:
    assert Place.of({"MEZZOFY_DATA_DIR": str(tmp_path / "elsewhere")}).data == tmp_path / "elsewhere"
    assert Place.of({}).data == LOCAL


def test_credentials_are_made_once_and_kept_private(tmp_path: Path) -> None:
    first = credentials.load(tmp_path)
    assert credentials.load(tmp_path) == first
    assert [mode(path) for path in tmp_path.iterdir()] == [0o600]


def test_credentials_are_long_and_all_different(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    secrets = [
        *asdict(credentials.load(tmp_path)).values(),
        *asdict(credentials.load(tmp_path / "other")).values(),
    ]
    assert len(set(secrets)) == 8
    assert all(len(secret) >= 43 for secret in secrets)


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_text("public and longer than what follows")
    path.chmod(0o644)
    write_private(path, "secret")
    assert path.read_text() == "secret"
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_file_survives_a_writer_that_failed(tmp_path: Path) -> None:
    path = tmp_path / "note"
    write_private(path, "before")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "half \ud800")
    assert path.read_text() == "before"
    write_private(path, "after")
    assert path.read_text() == "after"
