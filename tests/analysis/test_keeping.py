"""A file is read once for the calls of a question, and never for somebody who may not see it."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator

import pytest
from openpyxl import Workbook

from apps.accounts.models import User
from apps.analysis import selectors
from apps.analysis.errors import TooMuchData
from apps.analysis.keeping import Shelf, shelf
from apps.analysis.loading import Loaded, load
from apps.analysis.query import TableQuery
from apps.artifacts.models import Artifact
from apps.assistant.models import Run
from tests.conftest import Cast

COUNT = TableQuery()


class Files:
    """Loads tables of `rows` rows and counts how often."""

    def __init__(self) -> None:
        self.reads = 0

    def of(self, rows: int) -> Callable[[], Loaded]:
        def read() -> Loaded:
            self.reads += 1
            return load(io.BytesIO(b"Name,Amount\n" + b"a,1\n" * rows))

        return read


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


def test_the_same_content_is_read_once(files: Files) -> None:
    kept = Shelf()
    for _ in range(3):
        with kept.borrowed("one", "", files.of(3)) as table:
            assert table.rows == 3
    assert files.reads == 1


def test_other_content_is_another_table(files: Files) -> None:
    kept = Shelf()
    for name, rows in (("one", 1), ("two", 2), ("one", 1)):
        with kept.borrowed(name, "", files.of(rows)) as table:
            assert table.rows == rows
    assert files.reads == 2


def test_what_was_not_used_for_longest_goes_first(files: Files) -> None:
    with Shelf().borrowed("x", "", files.of(5)) as table:
        size = table.sandbox.size()
    kept = Shelf(limit=int(size * 2.5))
    for name in ("one", "two", "one", "three", "one", "two"):
        with kept.borrowed(name, "", files.of(5)):
            pass
    assert files.reads == 1 + 4, "one stays; two made room for three"


def test_a_table_larger_than_the_room_is_answered_and_not_kept(files: Files) -> None:
    kept = Shelf(limit=1)
    for _ in range(2):
        with kept.borrowed("one", "", files.of(3)) as table:
            assert table.sandbox.run("SELECT count(*) FROM data") == [(3,)]
    assert files.reads == 2


def test_a_table_that_nobody_asked_for_is_let_go(files: Files) -> None:
    kept = Shelf(idle=0)
    for _ in range(2):
        with kept.borrowed("one", "", files.of(3)):
            pass
    assert files.reads == 2


def test_a_table_that_failed_under_a_question_is_read_again(files: Files) -> None:
    kept = Shelf()
    with pytest.raises(TooMuchData), kept.borrowed("one", "", files.of(3)):
        raise TooMuchData("too long")
    with kept.borrowed("one", "", files.of(3)):
        pass
    assert files.reads == 2


def test_one_table_answers_one_question_at_a_time(files: Files) -> None:
    kept, inside, most = Shelf(), [0], [0]
    with kept.borrowed("one", "", files.of(2000)):
        pass

    def question() -> None:
        with kept.borrowed("one", "", files.of(2000)) as table:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            assert table.sandbox.run("SELECT sum(Amount) FROM data") == [(2000,)]
            inside[0] -= 1

    threads = [threading.Thread(target=question) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most[0], files.reads) == (1, 1)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sheets that were loaded from files."""
    seen: list[str] = []

    def noted(*args: object, **options: object) -> Loaded:
        seen.append(str(options["sheet"]))
        return load(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(selectors, "load", noted)
    return seen


@pytest.mark.django_db
def test_the_first_sheet_is_the_same_by_its_name(
    cast: Cast, upload: Callable[..., Artifact], reads: list[str]
) -> None:
    book = Workbook()
    first, second = book.active, book.create_sheet("Costs")
    assert first is not None
    first.title = "Sales"
    for sheet, rows in ((first, 2), (second, 3)):
        sheet.append(["Name", "Amount"])
        for number in range(rows):
            sheet.append(["a", number])
    content = io.BytesIO()
    book.save(content)
    artifact = upload(cast.owner, "book.xlsx", content.getvalue())
    assert selectors.describe(artifact=artifact).sheet == "Sales"
    assert selectors.ask(artifact=artifact, query=COUNT, sheet="Sales").rows == [["2"]]
    assert selectors.ask(artifact=artifact, query=COUNT, sheet="Costs").rows == [["3"]]
    assert selectors.ask(artifact=artifact, query=COUNT).rows == [["2"]]
    assert reads == ["", "Costs"]


@pytest.mark.django_db(transaction=True)
def test_a_turn_reads_the_file_once_and_opens_it_to_nobody_else(
    cast: Cast, turn: Callable[..., Run], upload: Callable[[User, str, str], Artifact], reads: list[str]
) -> None:
    text = "Outlet,Amount\nOrchard,5\nBugis,7\nJurong,9\n"
    artifact = upload(cast.owner, "orders.csv", text)
    run = turn(cast.owner, "total amount by outlet in this file", artifact)
    assert run.steps.filter(name__in=["describe_table", "query_table", "chart_table"]).count() == 3
    assert reads == [""]
    other = turn(cast.outsider, "total amount by outlet in this file", artifact)
    assert "Orchard" not in other.text
    assert reads == [""]
