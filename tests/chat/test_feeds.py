"""A session as one socket sees it: each event once, in order, without a gap, whatever the signals do."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.chat import feeds
from apps.chat.feeds import Event, Feed


class Record:
    """A database that knows the events in `kept`, and a client that notes what it gets."""

    def __init__(self, kept: list[int] | None = None) -> None:
        self.kept = kept or []
        self.got: list[int] = []
        self.reads = 0

    async def read(self, session_id: UUID, after: int) -> list[Event]:
        self.reads += 1
        await asyncio.sleep(0)
        return [event(seq) for seq in sorted(self.kept) if seq > after][:2]

    async def send(self, sent: Event) -> None:
        await asyncio.sleep(0)
        self.got.append(sent["seq"])

    def feed(self, after: int = 0) -> Feed:
        return Feed(uuid4(), after, read=self.read, send=self.send)


def event(seq: int, prev: int | None = None) -> Event:
    return {"type": "status", "seq": seq, "prev": seq - 1 if prev is None else prev}


def test_live_events_in_order_need_no_database() -> None:
    record = Record()
    feed = record.feed()

    async def scene() -> None:
        for seq in (1, 2, 3):
            await feed.live(event(seq))

    asyncio.run(scene())
    assert (record.got, record.reads) == ([1, 2, 3], 0)


def test_a_repeat_is_dropped() -> None:
    record = Record()
    feed = record.feed(after=5)

    async def scene() -> None:
        for seq in (5, 6, 6, 3):
            await feed.live(event(seq))

    asyncio.run(scene())
    assert record.got == [6]


def test_a_lost_event_is_read_from_the_database_before_the_next_is_sent() -> None:
    record = Record(kept=[1, 2, 3, 4, 5])
    feed = record.feed(after=1)
    asyncio.run(feed.live(event(6)))
    assert record.got == [2, 3, 4, 5, 6]


def test_an_event_waits_for_its_predecessor() -> None:
    record = Record()
    feed = record.feed()

    async def scene() -> None:
        await feed.live(event(2))
        assert (record.got, feed.waiting) == ([], True)
        record.kept = [1]
        await feed.catch_up()

    asyncio.run(scene())
    assert (record.got, feed.waiting) == ([1, 2], False)


def test_a_number_that_died_with_its_process_is_not_waited_for_forever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feeds, "PATIENCE", -1.0)
    record = Record()
    asyncio.run(record.feed().live(event(9)))
    assert record.got == [9]


def test_numbers_may_jump() -> None:
    record = Record()
    feed = record.feed(after=3)

    async def scene() -> None:
        await feed.live(event(1001, prev=3))
        await feed.live(event(1002, prev=1001))

    asyncio.run(scene())
    assert record.got == [1001, 1002]


def test_a_client_that_asks_again_is_served_again() -> None:
    record = Record(kept=[1, 2, 3])
    feed = record.feed(after=3)
    asyncio.run(feed.rewind(1))
    assert record.got == [2, 3]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_whatever_is_lost_doubled_or_shuffled_the_client_gets_the_story(data: st.DataObject) -> None:
    last = data.draw(st.integers(1, 12), label="events")
    signals = data.draw(st.lists(st.integers(1, last), max_size=20), label="signals")
    record = Record()
    feed = record.feed()

    async def scene() -> None:
        for number, seq in enumerate(signals):
            record.kept = list(range(1, max(signals[: number + 1])))  # the newest is kept a moment later
            await feed.live(event(seq))
        record.kept = list(range(1, last + 1))
        await asyncio.gather(feed.catch_up(), feed.catch_up(), *(feed.live(event(seq)) for seq in signals))

    asyncio.run(scene())
    assert record.got == list(range(1, last + 1))
