"""Where things lie: the repository, and the data folder in which everything that is not code is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.console import LauncherError

REPOSITORY = Path(__file__).resolve().parents[2]
LOCAL = REPOSITORY / ".local"
VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"


@dataclass(frozen=True)
class Place:
    """The data folder of one instance (development and tests have one each)."""

    data: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Place:
        """The instance in `MEZZOFY_DATA_DIR` (relative to the repository), by default in `.local/`."""
        return cls.at(REPOSITORY / environment.get("MEZZOFY_DATA_DIR", LOCAL))

    @classmethod
    def at(cls, data: Path) -> Place:
        """The instance in this folder; created for the owner's eyes only."""
        place = cls(data.resolve())
        private_folder(place.data)
        private_folder(place.run)
        return place

    @property
    def run(self) -> Path:
        """Locks and notes about running processes."""
        return self.data / "run"


def private_folder(folder: Path) -> None:
    """Create a folder that only its owner may read, or raise LauncherError if it belongs to somebody else."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise LauncherError(
            f"{folder} belongs to another user; start as that user, or hand it over: "
            f"sudo chown -R {os.getuid()}:{os.getgid()} '{folder}'"
        )


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only; a crash leaves all of the old or of the new."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - a mode at birth
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
