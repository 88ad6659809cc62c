"""As whom the PostgreSQL server runs: it refuses root, and must still reach its programs and its data."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.place import LOCAL, REPOSITORY

_NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """A prefix for the command, or a user and group to become; neither means the present user."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def spawn(self, command: list[str], *, output: int, cwd: Path) -> subprocess.Popen[bytes]:
        """Start `command` in a session of its own, its output going to the descriptor."""
        return subprocess.Popen(
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=cwd,
            umask=0o077,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def own(self, path: Path) -> None:
        """Hand a file, or a folder with all in it, to this account; only root can, and only root needs to."""
        uid, gid = self.uid or 0, self.gid or 0
        if os.geteuid() != 0 or path.stat().st_uid == uid:
            return
        for each in (path, *path.rglob("*")):
            os.chown(each, uid, gid, follow_symlinks=False)

    def can_reach(self, folder: Path, program: Path) -> bool:
        """Whether this account may enter the folder and execute the program."""
        question = ["/bin/sh", "-c", 'test -x "$1" && "$2" --version', "sh", str(folder), str(program)]
        try:
            return self.spawn(question, output=subprocess.DEVNULL, cwd=Path("/")).wait(timeout=20) == 0
        except (OSError, subprocess.SubprocessError):
            return False


def choose(folder: Path, program: Path) -> Account | None:
    """The first account that can run `program` on `folder`, which becomes its own; None if there is none."""
    if os.geteuid() != 0:
        return Account()
    for account in _for_root():
        if account.uid is not None:
            _let_through(folder)
        if account.can_reach(folder.parent, program):
            account.own(folder)
            return account
    return None


def _let_through(folder: Path) -> None:
    """Let other users pass through the data folder to their own; they can list nothing in it."""
    for parent in (folder.parent, LOCAL):
        if parent.exists():
            parent.chmod(0o711)


def _for_root() -> Iterator[Account]:
    if shutil.which("unshare"):
        # A user namespace in which root is called nobody: same rights on our own files, yet not root.
        yield Account(prefix=("unshare", "-U", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--"))
    owner = REPOSITORY.stat()
    if owner.st_uid != 0:
        yield Account(uid=owner.st_uid, gid=owner.st_gid)
    yield Account(uid=_NOBODY, gid=_NOBODY)
