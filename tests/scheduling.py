"""Which tests stay together when several processes share the suite."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

#: Each makes something that takes longer than its tests: a whole platform, a cluster, calibrated vectors.
TOGETHER = ("tests/browser/", "tests/deploy/test_services.py", "tests/knowledge/test_calibration.py")


class SharedSetUps(LoadScopeScheduling):
    """Every test goes to whoever is free, but those that share a costly set-up go to one process.

    By path: what a mark says does not reach the scheduler under pytest 9.2 (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((path for path in TOGETHER if nodeid.startswith(path)), nodeid)
