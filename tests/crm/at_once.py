"""Several people at the same moment, each with a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection

Work = Callable[[], object]


def at_once(*works: Work) -> list[object]:
    """What each of them gives or raises, all begun at the same moment in threads of their own."""
    start = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def work(number: int) -> None:
        try:
            start.wait(timeout=20)
            results[number] = works[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[number]) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return results
