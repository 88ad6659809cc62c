"""What the platform adds to a turn: time to the first word, and processor time for 200 tokens."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from benchmarks import direct, engine, processes
from benchmarks.people import benchmark_user

#: Concurrent turns → the target for the median of the added time to first token, in milliseconds.
TARGETS = {1: 15.0, 16: 40.0}


#: Turns that every asker takes, however long they last.
FEWEST = 3


@dataclass(frozen=True)
class Measured:
    """Seconds to first token of each turn, and processor seconds of one turn."""

    first_token: list[float]
    cpu: float

    @property
    def median_ms(self) -> float:
        """Half of the turns had begun by then."""
        return statistics.median(self.first_token) * 1000

    @property
    def slow_ms(self) -> float:
        """95 of 100 turns had begun by then."""
        return statistics.quantiles(self.first_token, n=20)[-1] * 1000


def measure(askers: Sequence[Callable[[], float]], process: psutil.Process, seconds: float) -> Measured:
    """Let every asker take turns at the same time for `seconds`; the processor time is that of `process`.

    They begin one after the other, spread over the length of a turn: people do not press Enter in unison.
    """
    askers[0]()
    results: list[float] = []
    errors: list[BaseException] = []
    ends_at = time.monotonic() + seconds

    def keep_asking(ask: Callable[[], float], delay: float) -> None:
        time.sleep(delay)
        try:
            turns = 0
            while turns < FEWEST or time.monotonic() < ends_at:
                results.append(ask())
                turns += 1
        except BaseException as error:
            errors.append(error)

    before = processes.cpu_seconds(process)
    step = processes.TURN_SECONDS / len(askers)
    threads = [threading.Thread(target=keep_asking, args=[ask, n * step]) for n, ask in enumerate(askers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Measured(results, (processes.cpu_seconds(process) - before) / len(results))


def main(*, seconds: float) -> None:
    """Measure both at 1 and at 16 concurrent turns, and print the difference."""
    with processes.messages_api() as url:
        ask, here = direct.asker(url), psutil.Process()
        alone = {count: measure([ask] * count, here, seconds) for count in TARGETS}
        with processes.assistant_worker(url) as worker:
            user, audience = benchmark_user(), engine.Audience()
            seats = [engine.Seat(user, audience).ask for _ in range(max(TARGETS))]
            platform = {count: measure(seats[:count], worker, seconds) for count in TARGETS}
    print(f"Turns of {processes.TOKENS} tokens, {processes.TOKEN_DELAY_MS:.0f} ms apart")
    for count, target in TARGETS.items():
        _report(count, alone[count], platform[count], target)


def _report(count: int, alone: Measured, platform: Measured, target: float) -> None:
    added = platform.median_ms - alone.median_ms
    print(f"  {count} at once ({len(platform.first_token)} turns)")
    for name, measured in (("SDK alone", alone), ("platform", platform)):
        print(
            f"    {name:<10} first token {measured.median_ms:7.1f} ms median, {measured.slow_ms:7.1f} ms p95;"
            f" CPU {measured.cpu * 1000:6.1f} ms a turn"
        )
    verdict = "met" if added <= target else "MISSED"
    print(
        f"    added      first token {added:7.1f} ms median, target {target:.0f} ms: {verdict};"
        f" CPU x{platform.cpu / alone.cpu:.1f}"
    )
