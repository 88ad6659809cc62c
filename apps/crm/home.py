"""Follow-ups, tasks and leads without anybody on the home page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.home import LOOKED_AT, Agenda, AgendaRow, Tone, agenda, bounded, first_of
from apps.core.reporting.links import Condition, rows_link
from apps.crm.choices import OPEN
from apps.crm.models import Lead, Task
from apps.crm.querysets import STALE_AFTER, LeadQuerySet
from apps.crm.subjects import subject_url

if TYPE_CHECKING:
    from apps.accounts.models import User


@agenda(
    key="crm.follow_ups", title=gettext_lazy("Follow-ups"), order=10, icon="event_upcoming",
    empty=gettext_lazy("No follow-up is due. Set a follow-up date on a lead, and it appears here that day."),
)  # fmt: skip
def follow_ups(user: User, now: datetime) -> Agenda | None:
    """The user's own open leads whose follow-up day has come, the longest overdue first."""
    if not user.has_perm("crm.change_lead"):
        return None
    today = _today(user, now)
    due = _open(user).filter(assigned_to=user, follow_up_date__lte=today)
    rows, total = bounded(due.order_by("follow_up_date", "pk"))
    url = _leads({"follow_up_date__lte": today, "assigned_to__id__exact": user.pk})
    return Agenda(tuple(_follow_up(lead, today) for lead in rows), total, url)


@agenda(
    key="crm.tasks", title=gettext_lazy("My tasks"), order=20, icon="check_circle",
    empty=gettext_lazy("No task is due today. Add tasks on the page of a lead, a company or a contact."),
)  # fmt: skip
def due_tasks(user: User, now: datetime) -> Agenda | None:
    """The user's open tasks that are due today or were due before."""
    if not user.has_perm("crm.change_task"):
        return None
    end = _midnight_after(user, now)
    due = Task.objects.visible_to(user).open().filter(assigned_to=user, due_at__lt=end)
    rows, total = bounded(due.select_related("lead", "company", "contact").order_by("due_at", "pk"))
    url = rows_link(Task, {"done_at__isnull": True, "assigned_to__id__exact": user.pk, "due_at__lt": end})
    return Agenda(tuple(_task(task, user, now) for task in rows), total, url)


@agenda(key="crm.stale", title=gettext_lazy("Gone quiet"), order=40, icon="hourglass_bottom")
def stale_leads(user: User, now: datetime) -> Agenda | None:
    """The user's own open leads that nobody spoke to for two weeks, those never contacted last."""
    if not user.has_perm("crm.change_lead"):
        return None
    before = now - STALE_AFTER
    own = _open(user).filter(assigned_to=user)
    found = list(own.filter(last_contacted__lt=before).order_by("last_contacted", "pk")[: LOOKED_AT + 1])
    if len(found) <= LOOKED_AT:
        never = own.filter(last_contacted__isnull=True, created_at__lt=before)
        found += never.order_by("created_at", "pk")[: LOOKED_AT + 1 - len(found)]
    rows, total = first_of(found)
    url = _leads({"quiet": STALE_AFTER.days, "assigned_to__id__exact": user.pk})
    return Agenda(tuple(_quiet(lead, now) for lead in rows), total, url)


@agenda(key="crm.team_overdue", title=gettext_lazy("Overdue in the team"), order=45, icon="groups")
def team_overdue(user: User, now: datetime) -> Agenda | None:
    """For managers: follow-ups of everybody whose day has passed, the longest overdue first."""
    if not user.has_perm("crm.view_all_leads"):
        return None
    today = _today(user, now)
    late = _open(user).filter(follow_up_date__lt=today, assigned_to__isnull=False)
    rows, total = bounded(late.select_related("assigned_to").order_by("follow_up_date", "pk"))
    url = _leads({"follow_up_date__lt": today, "assigned_to__isnull": False})
    return Agenda(tuple(_follow_up(lead, today, owner=True) for lead in rows), total, url)


@agenda(key="crm.unassigned", title=gettext_lazy("Leads of nobody"), order=50, icon="person_off")
def unassigned_leads(user: User, now: datetime) -> Agenda | None:
    """For those who may give leads away: open leads without an owner, the newest first."""
    if not (user.has_perm("crm.assign_lead") and user.has_perm("crm.view_all_leads")):
        return None
    free = _open(user).filter(assigned_to__isnull=True)
    rows, total = bounded(free.order_by("-created_at", "-pk"))
    return Agenda(tuple(_quiet(lead, now) for lead in rows), total, _leads({"assigned_to__isnull": True}))


def _open(user: User) -> LeadQuerySet:
    return Lead.objects.visible_to(user).open()


def _leads(conditions: Mapping[str, Condition]) -> str:
    """The list of the open leads for which `conditions` hold."""
    return rows_link(Lead, {"status__in": ",".join(OPEN), **conditions})


def _today(user: User, now: datetime) -> date:
    return now.astimezone(ZoneInfo(user.timezone)).date()


def _midnight_after(user: User, now: datetime) -> datetime:
    tomorrow = _today(user, now) + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, ZoneInfo(user.timezone))


def _follow_up(lead: Lead, today: date, *, owner: bool = False) -> AgendaRow:
    assert lead.follow_up_date is not None, "only leads with a day are asked for"
    badge, tone = _lateness((today - lead.follow_up_date).days)
    whose = str(lead.assigned_to) if owner else ""
    note = " · ".join(filter(None, [whose, lead.contact_name, str(lead.get_status_display())]))
    return AgendaRow(lead.company_name, lead.admin_url, note, badge, tone)


def _lateness(days: int) -> tuple[str, Tone]:
    if days <= 0:
        return _("today"), "warn"
    return ngettext("%d day late", "%d days late", days) % days, "bad"


def _task(task: Task, user: User, now: datetime) -> AgendaRow:
    due = task.due_at.astimezone(ZoneInfo(user.timezone))
    days = (_today(user, now) - due.date()).days
    badge, tone = _lateness(days)
    if task.due_at > now:
        badge = _("today, %(time)s") % {"time": date_format(due, "TIME_FORMAT")}
    return AgendaRow(task.title, subject_url(task.subject), str(task.subject), badge, tone)


def _quiet(lead: Lead, now: datetime) -> AgendaRow:
    days = (now - (lead.last_contacted or lead.created_at)).days
    if lead.last_contacted is None:
        badge = ngettext("came in %d day ago", "came in %d days ago", days) % days
    else:
        badge = ngettext("%d day quiet", "%d days quiet", days) % days
    note = " · ".join(filter(None, [lead.contact_name, str(lead.get_status_display())]))
    return AgendaRow(lead.company_name, lead.admin_url, note, badge, "muted")
