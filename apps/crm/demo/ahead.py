"""Making the next rows while the database takes these."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")


def made_ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items, made in a process beside this one, each while the one before is used.

    Making them must not touch the database: its connection belongs to this process. What fails there is
    raised here. Items are pickled.
    """
    # Forked, so that there is nothing to hand over and nothing to set up again.
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_make, args=(items, receiver, sender), daemon=True)
    process.start()
    sender.close()
    try:
        while True:
            item, failure = receiver.recv()
            if failure is not None:
                raise failure
            yield item
    except EOFError:
        process.join()
        if process.exitcode:
            raise RuntimeError(f"The process that makes the rows ended with {process.exitcode}.") from None
    finally:
        receiver.close()
        process.terminate()
        process.join()


def _make(items: Iterable[T], receiver: Connection, sender: Connection) -> None:
    # Without this copy of the other end, sending fails when nobody reads any more.
    receiver.close()
    # What was there before is not searched for garbage again and again.
    gc.freeze()
    try:
        for item in items:
            sender.send((item, None))
    except BrokenPipeError:
        return
    except Exception as failure:
        sender.send((None, failure))
    finally:
        sender.close()
