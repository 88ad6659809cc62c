"""`python -m deploy.local.sentinel <data folder>`: stops the servers of an instance once nobody uses them.

It ends the servers of commands that were killed and could not tidy up. Should it be killed itself, the
servers stay until the next command that uses them ends.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from deploy.local.place import Place
from deploy.local.services import Services


def main(folder: str) -> None:
    """Wait, stop, leave."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Services.of(Place.at(Path(folder)), {}).stop_when_unused()


if __name__ == "__main__":
    main(sys.argv[1])
