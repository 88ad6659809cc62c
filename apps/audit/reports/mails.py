"""The report on mails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.audit import activity
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.audit.reports.log import MAX_ROWS, Log
from apps.core.reporting import Ask, Column, Dataset, Findings, ReportFilters, Row, Tile, report
from apps.core.reporting.grouping import Total
from apps.core.reporting.numbers import percent

#: Mails that did not arrive.
LOST = (EmailStatus.FAILED, EmailStatus.BOUNCED)


@report(
    key="email_log",
    title=gettext_lazy("E-mail log"),
    permissions=("audit.view_all_mails", "audit.view_emaillog"),
    department="management",
)
def email_log(ask: Ask[ReportFilters]) -> Findings:
    """Mails that were written in the period: how many arrived, who sent them, what for, and each of them."""
    log = _log(ask)
    before = activity.mail_totals(ask.user, ask.before)[activity.WHOLE]
    whole = next(iter(log.totals[activity.WHOLE]), None)
    everybodys = ask.user.has_perm("audit.view_all_mails")
    return Findings(
        tiles=tuple(_tiles(log, whole, next(iter(before), None))),
        highlights=(_in_short(whole),) if whole else (),
        datasets=(
            # Columns of a status each would say nothing in a row of another one.
            replace(log, columns=log.columns[:1]).by(
                "statuses", _("By status"), _("Status"), activity.BY_STATUS, _status, "donut"
            ),
            log.by_person(_("By person"), activity.BY_USER, "user", _("The system")),
            log.by("purposes", _("By purpose"), _("Purpose"), activity.BY_PURPOSE, _purpose, "bar"),
            log.by_day(),
            _one_by_one(ask),
        ),
        notes=(
            _("Everybody's mails are counted.") if everybodys else _("Only your own mails are counted."),
            _("A mail belongs to the day on which it was written. Bodies are not kept in the log."),
        ),
    )


def _log(ask: Ask[ReportFilters]) -> Log:
    return Log(
        model=EmailLog,
        moment="created_at",
        period=ask.period,
        totals=activity.mail_totals(ask.user, ask.period),
        columns=(
            Column("mails", _("Mails"), "count"),
            Column("sent", _("Sent"), "count"),
            Column("drafts", _("Drafts, not sent"), "count"),
            Column("failed", _("Failed or bounced"), "count"),
        ),
        conditions={
            "sent": {"status__exact": EmailStatus.SENT.value},
            "drafts": {"status__exact": EmailStatus.DRAFT.value},
            "failed": {"status__in": ",".join(LOST)},
        },
        empty=_("No mail was written during the period."),
    )


def _tiles(log: Log, whole: Total | None, before: Total | None) -> Iterator[Tile]:
    none: Total = dict.fromkeys(activity.MAILS, 0)
    now, then = whole or none, before or none
    yield Tile("mails", _("Mails"), now["mails"], previous=then["mails"], url=log.link({}))
    yield Tile("sent", _("Sent"), now["sent"], previous=then["sent"], url=log.link(log.conditions["sent"]))
    drafts = log.link(log.conditions["drafts"])
    yield Tile("drafts", _("Drafts, not sent"), now["drafts"], previous=then["drafts"], url=drafts)
    lost = log.link(log.conditions["failed"])
    yield Tile(
        "failed", _("Failed or bounced"), now["failed"], previous=then["failed"], better="down", url=lost
    )
    yield Tile(
        "failure_rate",
        _("Failure rate"),
        percent(now["failed"], now["sent"] + now["failed"]),
        "percent",
        previous=percent(then["failed"], then["sent"] + then["failed"]),
        better="down",
        url=lost,
        note=_("Failed or bounced of all that were sent, failed or bounced."),
    )


def _in_short(whole: Total) -> str:
    """What was written, and how much of it left the house."""
    counted = {name: number_format(whole[name], force_grouping=True) for name in ("mails", "sent", "drafts")}
    written = ngettext("%(mails)s mail was written", "%(mails)s mails were written", int(whole["mails"]))
    return _("%(written)s: %(sent)s sent, %(drafts)s kept as drafts, which did not leave the house.") % {
        **counted,
        "written": written % counted,
    }


def _status(value: str) -> str:
    return str(EmailStatus(value).label)


def _purpose(value: str) -> str:
    return value.replace("_", " ").capitalize() or _("Not known")


def _one_by_one(ask: Ask[ReportFilters]) -> Dataset:
    mails = activity.mails_in(ask.user, ask.period).select_related("user").order_by("-created_at", "-id")
    rows = [
        Row(
            (
                mail.created_at,
                _status(mail.status),
                mail.subject,
                ", ".join(mail.recipients),
                mail.user.name if mail.user else "",
                _purpose(mail.purpose),
                mail.error,
            ),
            url=reverse("admin:audit_emaillog_change", args=[mail.pk]),
        )
        for mail in mails[:MAX_ROWS]
    ]
    return Dataset(
        key="mails",
        title=_("One by one"),
        columns=(
            Column("written", _("Written"), "moment"),
            Column("status", _("Status")),
            Column("subject", _("Subject")),
            Column("recipients", _("To")),
            Column("person", _("Person")),
            Column("purpose", _("Purpose")),
            Column("error", _("Failure")),
        ),
        rows=tuple(rows),
        note=_("The latest first; %(most)s mails at most.")
        % {"most": number_format(MAX_ROWS, force_grouping=True)},
        empty=_("No mail was written during the period."),
    )
