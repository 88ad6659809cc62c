"""What is on record about a lead: what may be claimed to it, and what must not be written over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from apps.accounts.models import User
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.crm.choices import ActivityKind
from apps.crm.models import Activity, Lead, LeadFile

_OFFER = r"proposal|quotation|quote|报价|報價|提案|方案|sebut ?harga|cadangan"
#: A complaint that nobody touched for longer is no longer the thing that stands between us.
_FRESH = timedelta(days=60)
_READ_BACK = 50
_COMPLAINT = re.compile(
    r"\bcomplain|\b(?:very |quite |really )?(?:unhappy|angry|upset|furious|annoyed|dissatisfied)\b"
    r"|\bwants? (?:a |their |his |her )?(?:refund|money back)|投诉|投訴|抱怨|不满|不滿|退款"
    r"|\baduan|\bmengadu|\bmarah\b|\btidak puas hati|\bbayaran balik",
    re.IGNORECASE,
)
_SETTLED = re.compile(
    r"\b(?:re)?solved\b|\bsettled\b|\bsorted out\b|\bfixed\b|\bhappy again\b|\bcomplaint (?:is )?closed\b"
    r"|\bwithdr[ae]w"
    r"|已解决|已解決|已处理|已處理|解决了|解決了|\bselesai\b|\bdiselesaikan\b",
    re.IGNORECASE,
)
#: “Not resolved yet” settles nothing.
_UNSETTLED = re.compile(
    r"\b(?:not|never|un|isn[’']t|belum|tidak)[ -]?(?:yet |been |fully )?"
    r"(?:re)?(?:solved|settled|fixed|selesai)"
    r"|尚未|还没|還沒|没有解决|沒有解決|未解[决決]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Complaint:
    """What a colleague wrote down, on the day of the reader's calendar; `by` may be ""."""

    on: date
    note: str
    by: str


def has_proposal(lead: Lead) -> bool:
    """Whether there is a proposal for the lead: a file that was put to it, or a mail that left."""
    filed = LeadFile.objects.filter(lead=lead).filter(
        Q(artifact__lineage__recipe="proposal") | Q(artifact__name__iregex=_OFFER)
    )
    written = Activity.objects.filter(lead=lead, kind=ActivityKind.EMAIL, subject_line__iregex=_OFFER)
    return filed.exists() or written.exists() or _was_mailed(lead)


def _was_mailed(lead: Lead) -> bool:
    if not lead.contact_email:
        return False
    mails = EmailLog.objects.filter(recipients__contains=[lead.contact_email.lower()])
    return mails.filter(status=EmailStatus.SENT, subject__iregex=_OFFER).exists()


def open_complaint(lead: Lead, *, user: User, now: datetime) -> Complaint | None:
    """The latest complaint about the lead or its company that the user may read and nobody has settled."""
    about = Q(lead=lead)
    if lead.company_id:
        about |= Q(company=lead.company_id)
    if lead.contact_id:
        about |= Q(contact=lead.contact_id)
    rows = Activity.objects.visible_to(user).filter(about, occurred_at__gte=now - _FRESH)
    for row in rows.select_related("by").order_by("-occurred_at", "-pk")[:_READ_BACK]:
        said = f"{row.subject_line}\n{row.note}"
        if _SETTLED.search(said) and not _UNSETTLED.search(said):
            return None
        if _COMPLAINT.search(said):
            on = row.occurred_at.astimezone(ZoneInfo(user.timezone)).date()
            return Complaint(on=on, note=row.note or row.subject_line, by=row.by.name if row.by else "")
    return None
