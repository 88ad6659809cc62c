"""The virtual environment: made when missing, filled from the pinned requirements, else left alone."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local import locks, packages
from deploy.local.console import LauncherError, say
from deploy.local.place import LOCAL, PYTHON, REPOSITORY, VENV, private_folder, write_private

UV = "uv==0.13.9"
_REQUIREMENTS = REPOSITORY / "requirements"
#: Packages whose own requirements are wrong or far larger than what we use of them.
_ALONE = _REQUIREMENTS / "nodeps.txt"
# No index and no folder of this machine in the result; the oldest Python we support.
_COMPILING = (
    "--python-version=3.11",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--upgrade",
)
_STAMP = VENV / "requirements.json"


def ensure(name: str) -> None:
    """Have `.venv` with what `requirements/<name>.txt` pins ("base", or "dev", which contains base)."""
    if _is_current(name):
        return
    private_folder(LOCAL)
    with locks.exclusive(
        LOCAL / "bootstrap.lock", waiting="Another command is installing packages; waiting."
    ):
        if not _is_current(name):
            _create()
            say("Installing the Python packages …")
            _install("-r", _REQUIREMENTS / f"{name}.txt")
            _install("--no-deps", "-r", _ALONE)
            write_private(_STAMP, json.dumps({**_stamps(), name: _fingerprint(name)}))


def enter(arguments: list[str]) -> None:
    """Go on as the same command inside `.venv`, unless this is it already."""
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), "-m", "deploy.local", *arguments])  # noqa: S606 - our own interpreter


def compile_requirements(options: Sequence[str]) -> None:
    """Pin what `requirements/*.in` name, keeping pins that hold unless `--upgrade` is an option."""
    for source in sorted(_REQUIREMENTS.glob("*.in")):
        names = [str(path.relative_to(REPOSITORY)) for path in (source, source.with_suffix(".txt"))]
        # Whatever else is installed with base, base has the last word on a version.
        agreed = [] if source.stem == "base" else ["-c", "requirements/base.txt"]
        command = [
            str(VENV / "bin" / "uv"),
            "pip",
            "compile",
            *_COMPILING,
            *agreed,
            *options,
            names[0],
            "-o",
            names[1],
        ]
        if subprocess.run(command, cwd=REPOSITORY, check=False, stdout=subprocess.DEVNULL).returncode:
            raise LauncherError(f"Could not compile {names[0]}.")


def _is_current(name: str) -> bool:
    # dev.txt contains what base.txt does, so either satisfies a start.
    stamps = _stamps()
    is_known = any(stamps.get(each) == _fingerprint(each) for each in {name, "dev"})
    return is_known and os.access(PYTHON, os.X_OK)


def _stamps() -> dict[str, str]:
    try:
        return dict(json.loads(_STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _fingerprint(name: str) -> str:
    content = b"".join(path.read_bytes() for path in (_REQUIREMENTS / f"{name}.txt", _ALONE))
    return hashlib.sha256(content + UV.encode()).hexdigest()


def _create() -> None:
    if _works("import pip"):
        return
    _require_venv_module()
    say(f"Creating {VENV.name} with Python {sys.version_info.major}.{sys.version_info.minor} …")
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Could not create the virtual environment")


def _require_venv_module() -> None:
    if importlib.util.find_spec("ensurepip"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not packages.install([package]):
        raise LauncherError(f"Python's venv module is missing. To install it: sudo apt-get install {package}")


def _install(*arguments: str | Path) -> None:
    uv = VENV / "bin" / "uv"
    wanted = [str(each) for each in arguments]
    if not uv.exists():
        _run([str(PYTHON), "-m", "pip", "install", "--quiet", UV], "Could not install uv")
    # Compiled now, because a start must not pay for it: some environments forbid writing bytecode later.
    quick = [str(uv), "pip", "install", "--quiet", "--python", str(PYTHON), "--compile-bytecode", *wanted]
    if subprocess.run(quick, cwd=REPOSITORY, check=False).returncode:
        say("uv could not install the packages; trying pip, which takes minutes.")
        slow = [str(PYTHON), "-m", "pip", "install", "--quiet", *wanted]
        _run(slow, "Could not install the Python packages")


def _works(code: str) -> bool:
    try:
        done = subprocess.run([PYTHON, "-c", code], check=False, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _run(command: list[str], complaint: str) -> None:
    done = subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True, text=True)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise LauncherError(f"{complaint}: {words[-1] if words else 'no reason given'}")
