"""Whose leads a report is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.crm.models import Lead, LeadTally, StageChange

if TYPE_CHECKING:
    from apps.core.reporting.links import Condition
    from apps.crm.querysets import LeadQuerySet

#: The owner of leads that nobody looks after, as filters name it.
NOBODY = "nobody"
#: Industries are free text; those of so many latest leads are offered to choose from.
LATEST = 20_000


@dataclass(frozen=True)
class LeadScope:
    """The leads whose sums `user` may read, as far as the filters ask for them; "" asks for all.

    `owner` is the key of a user or `NOBODY`.
    """

    user: User
    owner: str = ""
    source: str = ""
    industry: str = ""

    @property
    def sees_rows(self) -> bool:
        """Whether the reader may open rows, or reads sums only."""
        return self.user.has_perm("crm.view_lead")

    @property
    def conditions(self) -> dict[str, Condition]:
        """The filters as lookups of the lead."""
        found: dict[str, Condition] = {}
        if self.owner:
            found |= owned_by(None if self.owner == NOBODY else self.owner)
        if self.source:
            found["source__exact"] = self.source
        if self.industry:
            found["industry__exact"] = self.industry
        return found

    def leads(self) -> LeadQuerySet:
        """Never show a row of it: it is for sums."""
        return Lead.objects.summarised_for(self.user).filter(**self.conditions)

    def tallies(self) -> QuerySet[LeadTally]:
        """The running totals of the same leads. They know no industry."""
        assert not self.industry, "the running totals know no industry"
        found = LeadTally.objects.visible_to(self.user)
        if self.owner:
            found = found.filter(assigned_to_id=None if self.owner == NOBODY else self.owner)
        return found.filter(source=self.source) if self.source else found

    def changes(self) -> QuerySet[StageChange]:
        """The stage changes of the same leads."""
        leads = self.leads()
        if not leads.query.has_filters():
            return StageChange.objects.all()  # of all leads: PostgreSQL need not look each of them up
        return StageChange.objects.filter(lead__in=leads)


def owned_by(owner: UUID | str | None) -> dict[str, Condition]:
    """Lookups of the leads of one representative; None: of nobody."""
    return {"assigned_to__isnull": True} if owner is None else {"assigned_to__id__exact": str(owner)}


def sees_others(user: User) -> bool:
    """Whether `user` reads sums of more leads than the own ones."""
    return user.has_perm("crm.view_all_leads") or not user.has_perm("crm.view_lead")


def owner_names(user: User) -> dict[UUID, str]:
    """What the owners of the leads are called whose sums `user` may read, by name.

    Read once for each user object: the filters and the rows of a report both name them.
    """
    known: dict[UUID, str] | None = user.__dict__.get("_owner_names")
    if known is None:
        ids = LeadTally.objects.visible_to(user).filter(assigned_to_id__isnull=False)
        people = User.objects.filter(pk__in=ids.values("assigned_to_id")).order_by("name")
        known = user.__dict__["_owner_names"] = dict(people.values_list("pk", "name"))
    return known


def owner_choices(user: object) -> list[tuple[str, str]]:
    """Owners of leads that `user` may choose among; those who read only their own have no choice."""
    assert isinstance(user, User)
    if not sees_others(user):
        return []
    return [*((str(pk), name) for pk, name in owner_names(user).items()), (NOBODY, _("Nobody"))]


def industry_choices(user: object) -> list[tuple[str, str]]:
    """Industries of the latest leads whose sums `user` may read."""
    assert isinstance(user, User)
    leads = Lead.objects.summarised_for(user).filter(~Q(industry="")).order_by("-created_at", "-id")
    # Told apart here: asked for distinct ones of some rows, PostgreSQL reads all leads.
    names = set(leads.values_list("industry", flat=True)[:LATEST])
    return [(name, name) for name in sorted(names)]
