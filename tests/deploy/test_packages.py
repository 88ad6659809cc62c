from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.local import packages
from deploy.local.packages import Feature, provide


class System:
    """A system whose package manager is switched: what it was asked for, and what is installed."""

    def __init__(self) -> None:
        self.installed: set[str] = set()
        self.asked: list[list[str]] = []
        self.allows = True

    def install(self, names: list[str]) -> bool:
        self.asked.append(names)
        if self.allows:
            self.installed |= set(names)
        return self.allows

    def feature(self, title: str, package: str) -> Feature:
        return Feature(title, (package,), lambda: package in self.installed)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    system = System()
    monkeypatch.setattr(packages, "install", system.install)
    return system


def test_what_is_missing_is_installed_in_one_go(
    system: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    system.installed.add("c")
    provide(
        (system.feature("A", "a"), system.feature("B", "b"), system.feature("C", "c")), tmp_path / "failed"
    )
    assert system.asked == [["a", "b"]]
    assert capsys.readouterr().err == ""


def test_what_stays_off_is_one_line_with_the_remedy(
    system: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    system.allows = False
    provide(
        (system.feature("PDF files", "libpango"), system.feature("OCR", "tesseract")), tmp_path / "failed"
    )
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" To turn on: ")[0] for line in lines] == ["PDF files: off.", "OCR: off."]
    assert "libpango" in lines[0]
    assert "tesseract" in lines[1]


def test_a_failed_attempt_is_repeated_after_a_day_or_on_demand(system: System, tmp_path: Path) -> None:
    system.allows, memory, features = False, tmp_path / "failed", (system.feature("A", "a"),)
    provide(features, memory)
    provide(features, memory)
    assert len(system.asked) == 1
    provide(features, memory, insist=True)
    assert len(system.asked) == 2
    yesterday = memory.stat().st_mtime - 25 * 3600
    os.utime(memory, (yesterday, yesterday))
    system.allows = True
    provide(features, memory)
    assert len(system.asked) == 3
    assert not memory.exists()


def test_without_a_package_manager_nothing_is_attempted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    packages._authority.cache_clear()
    assert not packages.install(["anything"])
    packages._authority.cache_clear()
