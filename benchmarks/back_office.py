"""The pages of the back office with very many leads, against Django's own admin on the same rows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import Q, Sum
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.keyset import Keyset
from apps.crm.admin.leads import LeadAdmin
from apps.crm.models import Lead, LeadTally
from benchmarks.people import benchmark_user

#: As many rows a page on both sides, and as deep in rows whatever the size of a page.
PAGE = LeadAdmin.list_per_page
ROWS_DEEP = 250_000
MOST_QUERIES = 15
#: Requests for each median; where they take long, fewer are enough.
RUNS, FEWEST, LONG_SECONDS = 9, 3, 15.0
COMMON_WORD = "kitchen"


@dataclass(frozen=True)
class Case:
    """A page of ours and, where there is one, the same of the stock admin.

    `faster` is how many times faster ours must be, `within` in how many milliseconds it must come.
    """

    name: str
    ours: str
    stock: str = ""
    faster: float | None = None
    within: float | None = None
    same_rows: bool = False


@dataclass(frozen=True)
class Measured:
    """Medians in milliseconds, and the number of queries of ours."""

    ours: float
    stock: float | None
    queries: int

    def misses(self, case: Case) -> list[str]:
        """The targets that do not hold."""
        missed = []
        if case.faster is not None and self.stock is not None and self.stock / self.ours < case.faster:
            missed.append(f"not x{case.faster:.0f}")
        if case.within is not None and self.ours > case.within:
            missed.append(f"over {case.within:.0f} ms")
        if self.queries > MOST_QUERIES:
            missed.append(f"over {MOST_QUERIES} queries")
        return missed


def main(*, leads: int) -> None:
    """Seed if there are too few leads, measure each page, and print whether the targets hold."""
    total = _provide(leads)
    with override_settings(ROOT_URLCONF="benchmarks.stock_admin"):
        client = Client(SERVER_NAME="localhost")
        client.force_login(benchmark_user(), backend="apps.accounts.backends.RolesBackend")
        cases = _cases(total)
        print(f"Back office with {total:,} leads, as a sales manager; medians of {FEWEST} to {RUNS} requests")
        print(f"  {'page':<28} {'ours':>9} {'stock':>10} {'ratio':>7} {'queries':>8}")
        for case in cases:
            print(_line(case, _measure(client, case)), flush=True)


def _provide(leads: int) -> int:
    there = LeadTally.objects.aggregate(Sum("leads"))["leads__sum"] or 0
    if there == 0:
        call_command("seed_demo", leads=leads)
        return leads
    if there < leads:
        raise SystemExit(f"There are {there:,} leads: empty the pipeline, or ask for fewer than {leads:,}.")
    return int(there)


def _cases(total: int) -> Sequence[Case]:
    ours, stock = reverse("admin:crm_lead_changelist"), "/stock/crm/lead/"
    deep = min(ROWS_DEEP, total) // PAGE - 2
    token, lead = _position(deep * PAGE)
    rare = lead.contact_email.partition("@")[2].partition(".")[0]
    lead_page = f"{lead.pk}/change/"
    return [
        Case("change list, first page", ours, stock, faster=3, same_rows=True),
        Case(
            f"change list, page {deep:,}",
            f"{ours}?p=after-{token}",
            f"{stock}?p={deep + 1}",
            faster=10,
            same_rows=True,
        ),
        Case("search, common word", f"{ours}?q={COMMON_WORD}", f"{stock}?q={COMMON_WORD}", faster=2),
        Case("search, rare word", f"{ours}?q={rare}", f"{stock}?q={rare}", faster=2, same_rows=True),
        Case("kanban, page", reverse("admin:crm_lead_board"), within=150),
        Case("kanban, API", reverse("crm-kanban"), within=150),
        Case("lead page", f"{ours}{lead_page}", f"{stock}{lead_page}"),
        Case("pipeline report", reverse("admin:report", args=["sales_pipeline"])),
    ]


def _position(depth: int) -> tuple[str, Lead]:
    """The token for the page that begins at this depth, and the last lead before it."""
    last: Lead = Lead.objects.order_by("-created_at", "-id")[depth - 1]
    onwards = Lead.objects.filter(
        Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lte=last.pk)
    )
    return Keyset("-created_at", "-id").page(onwards, limit=1).next, last


def _measure(client: Client, case: Case) -> Measured:
    queries = _compare(client, case)
    ours: list[float] = []
    stock: list[float] = []
    ends_at = time.monotonic() + LONG_SECONDS
    for run in range(RUNS):
        if run >= FEWEST and time.monotonic() > ends_at:
            break
        # In turns, so that whatever else the machine does slows both.
        ours.append(_milliseconds(lambda: client.get(case.ours)))
        if case.stock:
            stock.append(_milliseconds(lambda: client.get(case.stock)))
    return Measured(statistics.median(ours), statistics.median(stock) if stock else None, queries)


def _compare(client: Client, case: Case) -> int:
    """Asks once for each page, to warm up and to see that they show the same; the queries of ours."""
    client.get(case.ours)
    with CaptureQueriesContext(connection) as captured:
        ours = client.get(case.ours)
    queries = len(captured)
    assert ours.status_code == 200, (case.name, ours.status_code)
    if case.stock:
        stock = client.get(case.stock)
        assert stock.status_code == 200, (case.name, stock.status_code)
        if case.same_rows:
            assert _rows(ours) == _rows(stock), f"{case.name}: not the same rows"
    return queries


def _rows(response: Any) -> list[Any]:
    return [row.pk for row in response.context_data["cl"].result_list]


def _milliseconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _line(case: Case, measured: Measured) -> str:
    stock = f"{measured.stock:7.0f} ms" if measured.stock is not None else "–"
    ratio = f"x{measured.stock / measured.ours:.1f}" if measured.stock is not None else ""
    missed = measured.misses(case)
    has_target = case.faster is not None or case.within is not None
    verdict = f"MISSED: {', '.join(missed)}" if missed else ("met" if has_target else "")
    figures = f"{measured.ours:6.0f} ms {stock:>10} {ratio:>7} {measured.queries:8}"
    return f"  {case.name:<28} {figures}  {verdict}".rstrip()
