"""The files that people see because they see a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.artifacts.access import holder
from apps.crm.models import LeadFile
from apps.crm.querysets.leads import LeadFileQuerySet, of_visible_lead

if TYPE_CHECKING:
    from apps.accounts.models import User


@holder("crm.lead_files")
def lead_files(user: User) -> LeadFileQuerySet:
    """Files that were put to leads the user may see: they go with the lead when it gets another owner."""
    return LeadFile.objects.filter(of_visible_lead(user))
