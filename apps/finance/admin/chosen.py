"""What people do with several drafts of the list at once. It asks first, with the sums of what was chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.core.versions import version_of
from apps.documents.numbers import amount
from apps.finance.admin.confirming import Question, ask, is_confirmed
from apps.finance.choices import EntryStatus
from apps.finance.models import Entry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Rows of one action: each leaves a trace of its own.
MAX_CHOSEN = 200


def ask_about(
    admin: Any, request: HttpRequest, rows: QuerySet[Entry], *, title: StrOrPromise, effect: StrOrPromise,
    yes: StrOrPromise, is_danger: bool = False,
) -> HttpResponse | None:  # fmt: skip
    """The question about the first `MAX_CHOSEN` drafts among the rows; None when it is answered, or when
    there is no draft among them.
    """
    if is_confirmed(request):
        return None
    drafts = list(rows.filter(status=EntryStatus.DRAFT).select_related("category")[: MAX_CHOSEN + 1])
    if not drafts:
        messages.warning(request, _("There is no draft among the entries that you chose."))
        return None
    if len(drafts) > MAX_CHOSEN:
        text = _("Only the first %(number)d were taken, because each leaves a trace. Choose the rest again.")
        messages.warning(request, text % {"number": MAX_CHOSEN})
    shown = drafts[:MAX_CHOSEN]
    question = Question(
        title,
        effect,
        yes,
        reverse("admin:finance_entry_changelist"),
        facts=_sums(shown),
        rows=[str(entry) for entry in shown],
        is_danger=is_danger,
    )
    sent = [("_selected_action", str(entry.pk)) for entry in shown]
    versions = [(_version(entry), version_of(entry)) for entry in shown]
    return ask(admin, request, question, instead={"_selected_action": sent, "select_across": versions})


def to_each(request: HttpRequest, rows: QuerySet[Entry], act: Callable[..., Entry]) -> int:
    """Call `act` with each of the rows as it was shown; the person is told what was refused."""
    if not is_confirmed(request):
        return 0
    done = 0
    for row in rows[:MAX_CHOSEN]:
        try:
            act(entry=row, version=request.POST.get(_version(row), ""))
        except DomainError as error:
            messages.error(request, f"{row}: {error.detail}")
        else:
            done += 1
    return done


def _version(entry: Entry) -> str:
    return f"version-{entry.pk}"


def _sums(drafts: Sequence[Entry]) -> list[tuple[StrOrPromise, str]]:
    """How many, and the sum of each kind in each currency."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in drafts:
        sums[str(entry.category.get_kind_display()), entry.currency] += entry.amount
    totals = [(kind, f"{currency} {amount(total)}") for (kind, currency), total in sorted(sums.items())]
    return [(_("Drafts"), str(len(drafts))), *totals]
