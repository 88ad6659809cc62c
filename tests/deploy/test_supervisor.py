from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import supervisor
from deploy.local.place import REPOSITORY
from deploy.local.processes import Identity, identify
from deploy.local.supervisor import FIRST_PAUSE, HEALTHY_AFTER, LONGEST_PAUSE, Pause
from tests.deploy.waiting import eventually

CHATTY = "import signal; print('hello', flush=True); signal.pause()"
# Two children that talk and stay, the second only after a third has succeeded; as `make run` has it.
STAGE = f"""
import sys
from pathlib import Path
from deploy.local.supervisor import Kept, Once, Supervisor
folder, first = Path(sys.argv[1]), sys.argv[2]
stage = Supervisor()
three = Once([sys.executable, "-c", first], note=folder / "three.process", name="three")
stage.add(three)
for name, after in (("one", None), ("two", three.done)):
    note = folder / f"{{name}}.process"
    stage.add(Kept([sys.executable, "-c", {CHATTY!r}], note=note, name=name, after=after))
stage.loop()
sys.exit(3 if three.has_failed else 0)
"""


class Stage:
    """The supervisor in a process of its own, and what it printed."""

    def __init__(self, folder: Path, first: str) -> None:
        self.folder = folder
        self.output = folder / "output"
        with self.output.open("wb") as output:
            command = [sys.executable, "-c", STAGE, str(folder), first]
            self.process = subprocess.Popen(
                command, cwd=REPOSITORY, stdout=output, stderr=output, start_new_session=True
            )

    def says(self, pattern: str) -> bool:
        return eventually(lambda: re.search(pattern, self.output.read_text()))

    def child(self, name: str) -> Identity:
        pid, _, started = (self.folder / f"{name}.process").read_text().partition(" ")
        return Identity(int(pid), started)


@pytest.fixture
def raised(tmp_path: Path) -> Iterator[Callable[[str], Stage]]:
    """Raises a stage whose third child runs the given code; torn down at the end."""
    stages: list[Stage] = []

    def raise_stage(first: str) -> Stage:
        stages.append(Stage(tmp_path, first))
        return stages[-1]

    yield raise_stage
    for stage in stages:
        stage.process.kill()
        stage.process.wait()
    supervisor.end_leftovers(tmp_path)


@pytest.fixture
def stage(raised: Callable[[str], Stage]) -> Stage:
    stage = raised("")
    assert stage.says(r"one +\| hello")
    assert stage.says(r"two +\| hello")
    return stage


def test_a_killed_child_comes_back_and_its_sibling_does_not_notice(stage: Stage) -> None:
    one, two = stage.child("one"), stage.child("two")
    os.kill(one.pid, signal.SIGKILL)
    assert stage.says(
        r"one +\| ended unasked \(exit code -9\); starting again in 0\.5 s\n(.*\n)*.*one +\| hello"
    )
    assert stage.child("one") != one
    assert stage.child("one").is_alive()
    assert stage.child("two") == two
    assert two.is_alive()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_in_good_order(stage: Stage, number: signal.Signals) -> None:
    children = [stage.child("one"), stage.child("two")]
    stage.process.send_signal(number)
    assert stage.process.wait(timeout=15) == 0
    assert not any(child.is_alive() for child in children)
    assert list(stage.folder.glob("*.process")) == []
    assert "ended unasked" not in stage.output.read_text()


def test_what_must_come_first_ends_everything_by_failing(
    raised: Callable[[str], Stage], tmp_path: Path
) -> None:
    stage = raised("import sys; sys.exit('no database')")
    assert stage.process.wait(timeout=15) == 3
    said = stage.output.read_text()
    assert re.search(r"three +\| no database", said)
    assert not re.search(r"two +\| hello", said)
    assert list(tmp_path.glob("*.process")) == []


def test_a_signal_while_others_wait_is_no_failure(raised: Callable[[str], Stage]) -> None:
    stage = raised(f"print('busy', flush=True); {CHATTY}")
    assert stage.says(r"three +\| busy")
    stage.process.send_signal(signal.SIGTERM)
    assert stage.process.wait(timeout=15) == 0
    assert not re.search(r"two +\| hello", stage.output.read_text())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
def test_a_killed_supervisor_leaves_no_child_behind(stage: Stage) -> None:
    children = [stage.child("one"), stage.child("two")]
    stage.process.kill()
    stage.process.wait()
    assert eventually(lambda: not any(child.is_alive() for child in children))


def test_the_next_start_ends_what_was_left_and_spares_strangers(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHATTY]
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as left,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as stranger,
    ):
        leftover = identify(left.pid)
        assert leftover
        (tmp_path / "web.process").write_text(f"{left.pid} {leftover.started}")
        (tmp_path / "beat.process").write_text(f"{stranger.pid} another time")
        supervisor.end_leftovers(tmp_path)
        assert not leftover.is_alive()
        assert stranger.poll() is None
        assert list(tmp_path.iterdir()) == []
        stranger.kill()


def test_pauses_grow_while_a_process_keeps_failing_and_shrink_once_it_was_healthy() -> None:
    pause = Pause()
    pauses = [pause.after(lifetime=1) for _ in range(8)]
    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert pauses[-1] == LONGEST_PAUSE
    assert pause.after(lifetime=HEALTHY_AFTER) == FIRST_PAUSE
