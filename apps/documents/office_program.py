"""LibreOffice, where it is installed: it draws files of strangers, so it gets nothing that is not theirs.

A presentation may name pictures on other machines or on this one, and LibreOffice would fetch them: links are
blocked, macros off, the way to the network leads nowhere, and it is given none of our secrets.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from pathlib import Path

_SECONDS = 20
#: KiB of memory, and of each file that it writes.
_MEMORY, _FILE_SIZE = 4 * 1024**2, 256 * 1024
_SETTINGS = Path(__file__).with_name("office_settings.xml")
#: A shell sets the limits and becomes the program: nothing of ours runs between.
_LIMITED = (
    f'ulimit -c 0; ulimit -t {_SECONDS * 2}; ulimit -v {_MEMORY}; ulimit -f {_FILE_SIZE * 2}; exec "$@"'
)


def as_pdf(program: str, content: bytes, suffix: str) -> bytes | None:
    """The file as PDF; None if that takes too long or fails."""
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        source = Path(folder, f"file{suffix}")
        source.write_bytes(content)
        # An own profile: a second LibreOffice with the same one would refuse to start.
        profile = Path(folder, "profile")
        _settle(profile)
        command = [
            program,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            str(source),
        ]
        if not _finished(command, folder):
            return None
        pdf = source.with_suffix(".pdf")
        return pdf.read_bytes() if pdf.is_file() else None


def _settle(profile: Path) -> None:
    """Write the settings that it finds when it starts."""
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_bytes(_SETTINGS.read_bytes())


def _finished(command: list[str], home: str) -> bool:
    """Whether the command ended well in time; if not, it is ended with all its children."""
    quiet = subprocess.DEVNULL
    # What this process knows of keys and databases is not handed on.
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    # A session of its own, because `soffice` is a script whose children outlive it when only it is killed.
    with subprocess.Popen(
        ["/bin/sh", "-c", _LIMITED, "sh", *command],
        cwd=home,
        env={**kept, "HOME": home},
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(_SECONDS) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return False
