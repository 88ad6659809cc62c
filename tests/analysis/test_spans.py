"""The spans of days that a sentence names."""

from __future__ import annotations

from datetime import date

import pytest

from apps.assistant.slots.spans import spans

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("compare 2024 with 2025", ["2024-01-01..2024-12-31", "2025-01-01..2025-12-31"]),
        ("September and October 2026", ["2026-09-01..2026-09-30", "2026-10-01..2026-10-31"]),
        ("in December", ["2025-12-01..2025-12-31"]),
        ("Q1 against Q2 2026", ["2026-01-01..2026-03-31", "2026-04-01..2026-06-30"]),
        ("Oct 2024 vs Oct 2025", ["2024-10-01..2024-10-31", "2025-10-01..2025-10-31"]),
        ("2024年10月", ["2024-10-01..2024-10-31"]),
        ("2025年第三季度", ["2025-07-01..2025-09-30"]),
        ("pada Ogos 2025", ["2025-08-01..2025-08-31"]),
        ("last month", ["2026-10-01..2026-10-31"]),
        ("from 2026-01-01 to 2026-01-15", ["2026-01-01..2026-01-15"]),
        ("from January to March 2025", ["2025-01-01..2025-03-31"]),
        ("from 2024 to 2025", ["2024-01-01..2025-12-31"]),
        ("on 5 March 2026", ["2026-03-05..2026-03-05"]),
        ("after October 1st, 2025", ["2025-10-01..2025-10-01"]),
        ("on 31/12/2025", ["2025-12-31..2025-12-31"]),
        ("2025年3月5日", ["2025-03-05..2025-03-05"]),
        ("orders over 2000", []),
        ("we may grow", []),
        ("nothing here", []),
    ],
)
def test_spans_are_read(text: str, found: list[str]) -> None:
    assert [f"{span.first}..{span.last}" for span in spans(text, TODAY)] == found
