"""Files and queries that try to get out, or to hold the worker."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from apps.analysis import loading
from apps.analysis import sandbox as sandboxes
from apps.analysis.answers import TableAnswer
from apps.analysis.errors import BadQuery, TooMuchData
from apps.analysis.loading import Loaded
from apps.analysis.sandbox import Sandbox
from apps.perception.errors import UnreadableFile

Answer = Callable[..., TableAnswer]
Opened = Callable[..., Loaded]

EVIL = [
    'x"; DROP TABLE data; --',
    "'; COPY data TO '/tmp/stolen.csv'; --",
    "\"\" FROM read_csv('/etc/passwd') --",
    "(SELECT content FROM read_text('/etc/passwd'))",
    "? OR 1=1",
    "$1",
    "data.*",
    "Row no.",
]


@pytest.mark.parametrize("name", EVIL)
def test_sql_in_a_heading_is_a_heading(opened: Opened, answer: Answer, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    table = opened(f"{quoted},Amount\na,1\nb,2\na,3\n")
    heading = table.columns[0].name
    found = answer(
        table,
        dimensions=[{"column": heading}],
        measures=[{"function": "sum", "column": "Amount"}],
        filters=[{"column": heading, "operator": "in", "values": ["a", "b"]}],
        order=[{"by": "dimension", "descending": False}],
    )
    assert found.rows == [["a", "4"], ["b", "2"]]


@pytest.mark.parametrize("value", EVIL)
def test_sql_in_a_value_is_a_value(opened: Opened, answer: Answer, value: str) -> None:
    cell = '"' + value.replace('"', '""') + '"'
    table = opened(f"Outlet,Amount\n{cell},1\nother,2\n")
    for operator in ("eq", "in", "contains"):
        found = answer(table, filters=[{"column": "Outlet", "operator": operator, "values": [value]}])
        assert found.rows == [["1"]]
        assert table.rows == 2


@pytest.mark.parametrize("name", EVIL[:-1])
def test_a_column_that_the_table_does_not_have_never_reaches_the_database(
    sales: Loaded, answer: Answer, name: str
) -> None:
    for query in (
        {"dimensions": [{"column": name}]},
        {"list_columns": [name]},
        {"filters": [{"column": name, "values": ["1"]}]},
    ):
        with pytest.raises(BadQuery, match="no column"):
            answer(sales, **query)


@pytest.mark.parametrize(
    "statement",
    [
        "COPY data TO '{0}/out.csv'",
        "ATTACH '{0}/other.db'",
        "SELECT * FROM read_csv('{0}/secret.csv')",
        "SELECT * FROM read_text('{0}/secret.csv')",
        "SELECT * FROM '{0}/secret.csv'",
        "SELECT * FROM glob('{0}/*')",
        "SELECT * FROM read_csv('https://example.com/x.csv')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "RESET lock_configuration",
        "EXPORT DATABASE '{0}/dump'",
        "IMPORT DATABASE '{0}/dump'",
    ],
)
def test_even_free_sql_could_reach_nothing_outside(sales: Loaded, tmp_path: Path, statement: str) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Exception) as refused:  # noqa: PT011
        sales.sandbox.run(statement.format(tmp_path))
    assert "secret" not in type(refused.value).__name__
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert sales.sandbox.run("SELECT count(*) FROM data") == [(400,)]


def test_python_variables_are_not_tables(sales: Loaded) -> None:
    secrets = {"a": [1]}
    with pytest.raises(Exception, match="secrets"):
        sales.sandbox.run("SELECT * FROM secrets")
    assert secrets


def test_a_statement_that_takes_long_is_stopped() -> None:
    sandbox = Sandbox()
    started = time.monotonic()
    with pytest.raises(TooMuchData, match="longer than"):
        sandbox.run("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b", seconds=0.3)
    assert time.monotonic() - started < 5
    assert sandbox.run("SELECT 1") == [(1,)]
    sandbox.close()


def test_a_statement_that_takes_much_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sandboxes._CONFIG, "memory_limit", "64MB")
    sandbox = Sandbox()
    with pytest.raises(TooMuchData, match="memory"):
        sandbox.run("SELECT list(repeat('x', 1000) || range) FROM range(20000000)")
    sandbox.close()


def test_rows_cells_and_bytes_have_a_limit(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "CELLS", 10)
    with pytest.raises(TooMuchData, match="more than 10 cells"):
        opened("A,B\n" + "x,1\n" * 6)
    monkeypatch.setattr(loading, "BYTES", 20)
    with pytest.raises(TooMuchData, match="larger"):
        opened("A,B\n" + "x,1\n" * 6)


def test_numbers_too_large_to_add_exactly_are_refused_and_never_rounded(
    opened: Opened, answer: Answer
) -> None:
    table = opened("Name,Amount\n" + f"a,{'9' * 25}.{'1' * 13}\n" * 20)
    with pytest.raises(BadQuery, match="too large"):
        answer(table, measures=[{"function": "sum", "column": "Amount"}])
    assert answer(table, measures=[{"function": "max", "column": "Amount"}]).rows == [
        [f"{'9' * 25}.{'1' * 13}"]
    ]


def test_a_formula_in_a_cell_is_text(opened: Opened, answer: Answer) -> None:
    table = opened('Name,Amount\n"=HYPERLINK(""http://x"")",1\n"@SUM(A1)",2\n')
    assert answer(table, list_columns=["Name"]).rows == [['=HYPERLINK("http://x")'], ["@SUM(A1)"]]


def test_the_engine_is_bounded_and_the_door_is_locked(sales: Loaded) -> None:
    names = "'threads', 'memory_limit', 'temp_directory', 'enable_external_access', 'lock_configuration'"
    found = dict(sales.sandbox.run(f"SELECT name, value FROM duckdb_settings() WHERE name IN ({names})"))
    assert (found["threads"], found["temp_directory"]) == ("1", "")
    assert (found["enable_external_access"], found["lock_configuration"]) == ("false", "true")
    assert found["memory_limit"].endswith("MiB")


def test_a_workbook_that_unpacks_to_much_more_is_refused(opened: Opened) -> None:
    book, packed = io.BytesIO(), io.BytesIO()
    Workbook().save(book)
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            is_sheet = name.endswith("sheet1.xml")
            target.writestr(name, b" " * (300 * 1024 * 1024) if is_sheet else source.read(name))
    assert len(packed.getvalue()) < 1024 * 1024
    with pytest.raises(UnreadableFile, match="unpacked"):
        opened(packed.getvalue())


def test_too_many_columns_are_refused_with_what_to_do(opened: Opened) -> None:
    with pytest.raises(UnreadableFile, match="more than 200 columns"):
        opened(",".join(f"c{number}" for number in range(500)) + "\n1,2\n")
