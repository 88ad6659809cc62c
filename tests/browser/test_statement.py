"""Finance asks for last month's statement: a PDF whose totals are those of the rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pypdf
import pytest
from django.db import connection

from tests.browser.pages import ChatPage

pytestmark = pytest.mark.timeout(300)

#: Written by hand and knowing nothing of our code: every posted entry counts, a reversal takes its own away.
TOTALS = """
SELECT category.kind,
       sum(CASE WHEN entry.reverses_id IS NULL THEN entry.amount ELSE -entry.amount END)
FROM finance_entry AS entry JOIN finance_category AS category ON category.id = entry.category_id
WHERE entry.status = 'posted' AND entry.currency = 'SGD' AND entry.booked_on BETWEEN %s AND %s
GROUP BY category.kind
"""


def independent_totals(database: str) -> dict[str, Decimal]:
    """Revenue and expenses of last month in Singapore, by SQL."""
    login = connection.settings_dict
    today = datetime.now(ZoneInfo("Asia/Singapore")).date()
    last_day = today.replace(day=1) - timedelta(days=1)
    account = {"user": login["USER"], "password": login["PASSWORD"], "host": login["HOST"]}
    with psycopg.connect(dbname=database, port=login["PORT"], **account) as server:
        return dict(server.execute(TOTALS, (last_day.replace(day=1), last_day)).fetchall())


def test_last_months_statement_has_the_totals_of_the_ledger(
    sign_in: Callable[[str], ChatPage], database: str, tmp_path: Path
) -> None:
    wanted = independent_totals(database)
    assert wanted["revenue"] > 0
    assert wanted["expense"] > 0
    answer = sign_in("finance").ask("create last month's financial statement")
    assert answer.agent == "Finance agent"
    pages = pypdf.PdfReader(answer.download("pdf", tmp_path)).pages
    printed = " ".join(page.extract_text() for page in pages)
    amounts = {Decimal(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.\d\d", printed)}
    profit = wanted["revenue"] - wanted["expense"]
    assert {wanted["revenue"], wanted["expense"], abs(profit)} <= amounts
    assert f"{wanted['revenue']:,.2f}" in answer.text
