"""Who may see which lead, and the files and runs that belong to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.db.models.functions import Coalesce

from apps.artifacts.choices import Status
from apps.assistant.models import Run
from apps.core.querysets import VisibleQuerySet
from apps.core.search import SearchableQuerySet
from apps.crm.choices import OPEN

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.crm.models import Lead, LeadFile, LeadImport, LeadRun

#: A lead that nobody spoke to for this long needs somebody.
STALE_AFTER = timedelta(days=14)


def of_visible_lead(user: User) -> Q:
    """Rows whose `lead` the user may see."""
    if user.has_perm("crm.view_all_leads"):
        return Q(lead__isnull=False)
    return Q(lead__assigned_to=user) if user.has_perm("crm.view_lead") else Q(pk__in=[])


class LeadQuerySet(SearchableQuerySet["Lead"]):
    """Managers see every lead, representatives their own, others none."""

    def _visible_to(self, user: User) -> Self:
        if user.has_perm("crm.view_all_leads"):
            return self.all()
        if user.has_perm("crm.view_lead"):
            return self.filter(assigned_to=user)
        return self.none()

    def summarised_for(self, user: User | AnonymousUser) -> Self:
        """The rows whose counts and sums `user` may read: the visible ones, or all for summary readers.

        Never show a row of it.
        """
        is_reader = user.is_authenticated and user.is_active and user.has_perm("crm.view_lead_summary")
        if is_reader and not user.has_perm("crm.view_lead"):
            return self.all()
        return self.visible_to(user)

    def open(self) -> Self:
        """Neither won nor lost."""
        return self.filter(status__in=OPEN)

    def stale(self, now: datetime, after: timedelta = STALE_AFTER) -> Self:
        """Open ones without contact since `now - after`; one never contacted counts from its creation.

        The longest silence comes first.
        """
        quiet = self.open().annotate(quiet_since=Coalesce("last_contacted", "created_at"))
        return quiet.filter(quiet_since__lt=now - after).order_by("quiet_since", "pk")

    def same_as(self, *, email: str, company: str, phone: str) -> Self:
        """Leads with the same e-mail, or with the same company and phone (all as comparable keys)."""
        found = Q(pk__in=[])
        if email:
            found |= Q(contact_email=email)
        if company and phone:
            found |= Q(company_key=company, phone_key=phone)
        return self.filter(found)


class LeadImportQuerySet(VisibleQuerySet["LeadImport"]):
    """One's own imports; those who see all leads see all imports."""

    def _visible_to(self, user: User) -> Self:
        if not user.has_perm("crm.view_leadimport"):
            return self.none()
        return self.all() if user.has_perm("crm.view_all_leads") else self.filter(user=user)


class LeadFileQuerySet(VisibleQuerySet["LeadFile"]):
    """Files follow their lead, whoever owns the file (see `crm.artifact_access`)."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(of_visible_lead(user), artifact__status=Status.READY)


class LeadRunQuerySet(VisibleQuerySet["LeadRun"]):
    """Runs follow their lead, and the rights on the run itself."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(of_visible_lead(user), run__in=Run.objects.visible_to(user))
