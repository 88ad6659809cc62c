"""Two snapshots side by side."""

from __future__ import annotations

from typing import Any

from apps.documents.comparison import compare


def snapshot(*rows: list[str], facts: dict[str, str] | None = None, columns: Any = ("Item", "SGD")) -> Any:
    return {
        "facts": facts or {},
        "tables": [{"title": "Prices", "columns": list(columns), "rows": list(rows), "key": [0]}],
    }


def test_changed_added_and_removed_rows_are_told_apart() -> None:
    found = compare(
        snapshot(["Growth", "249"], ["Set-up", "500"], ["Old", "1"]),
        snapshot(["Growth", "259"], ["Set-up", "500"], ["New", "2"]),
    )
    (table,) = found.tables
    assert [row.change for row in table.rows] == ["changed", "same", "added", "removed"]
    assert [(cell.before, cell.after) for cell in table.rows[0].cells] == [
        ("Growth", "Growth"),
        ("249", "259"),
    ]
    assert table.changed == 3
    assert found.changed_cells == 5


def test_facts_are_compared_by_their_label() -> None:
    found = compare(snapshot(facts={"Total": "1", "Gone": "x"}), snapshot(facts={"Total": "2"}))
    assert [row.change for row in found.facts] == ["changed", "removed"]


def test_rows_of_the_same_key_keep_their_order() -> None:
    found = compare(snapshot(["A", "1"], ["A", "2"]), snapshot(["A", "1"], ["A", "3"]))
    assert [row.change for row in found.tables[0].rows] == ["same", "changed"]


def test_a_new_column_is_empty_before() -> None:
    before = snapshot(["A", "1"])
    after = snapshot(["A", "x", "1"], columns=("Item", "Basis", "SGD"))
    (row,) = compare(before, after).tables[0].rows
    assert [cell.before for cell in row.cells] == ["A", "", "1"]


def test_a_table_that_is_gone_shows_what_it_held() -> None:
    found = compare(snapshot(["A", "1"]), {"facts": {}, "tables": []})
    assert [row.change for row in found.tables[0].rows] == ["removed"]


def test_the_same_is_the_same() -> None:
    same = snapshot(["A", "1"], facts={"T": "1"})
    assert compare(same, same).changed_cells == 0
