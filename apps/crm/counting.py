"""How many leads are open, were won, lost or came in, of whom and worth what."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db.models import Count, Sum
from pydantic import BaseModel

from apps.accounts.models import User
from apps.core.periods import Period
from apps.crm.choices import LeadSource, LeadStatus, LostReason
from apps.crm.models import Lead
from apps.crm.narrowing import Measure, Narrowing, measured
from apps.crm.pipeline import Sums
from apps.crm.report_selectors.scope import owner_names

GroupedBy = Literal["", "owner", "source", "reason", "stage"]
_FIELDS = {"owner": "assigned_to_id", "source": "source", "reason": "lost_reason", "stage": "status"}
_LABELS = {"source": LeadSource, "reason": LostReason, "stage": LeadStatus}


class GroupSums(Sums):
    """The leads that have one thing in common, and what that is."""

    label: str


class LeadCounts(BaseModel):
    """The total, and its groups with the most leads first."""

    total: Sums
    groups: list[GroupSums]


def count_leads(
    *, user: User, measure: Measure, period: Period | None, narrowing: Narrowing, by: GroupedBy = ""
) -> LeadCounts:
    """Sums of the leads that `user` may see or read sums of."""
    leads = Lead.objects.summarised_for(user).filter(measured(measure, period), narrowing.condition(user))
    field = _FIELDS.get(by, "currency")
    rows = leads.order_by().values_list(field, "currency").annotate(Count("pk"), Sum("value"))
    total, groups = Sums(), dict[object, GroupSums]()
    for key, currency, count, value in rows:
        total.add(count, currency, value)
        if by:
            groups.setdefault(key, GroupSums(label=_label(by, key, user))).add(count, currency, value)
    return LeadCounts(total=total, groups=sorted(groups.values(), key=lambda group: -group.count))


def _label(by: str, key: object, user: User) -> str:
    if by == "owner":
        names = owner_names(user)
        return names.get(key, "Nobody yet") if isinstance(key, UUID) else "Nobody yet"
    return str(_LABELS[by](key).label) if key else "Not recorded"
