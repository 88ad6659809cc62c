"""Who can be given a task about a lead, a company or a contact."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import User
from apps.crm.models import Lead
from apps.crm.subjects import Subject

#: The longest list of names to choose from.
MAX_PEOPLE = 200


def assignees(subject: Subject) -> dict[str, User]:
    """Active people who may see the subject, by key and in order of their names."""
    right = "view_all_leads" if isinstance(subject, Lead) else f"view_{subject._meta.model_name}"
    app = subject._meta.app_label
    granted = Permission.objects.filter(
        content_type__app_label=app, codename=right, group__user=OuterRef("pk")
    )
    allowed = Exists(granted) | Q(is_superuser=True)
    if isinstance(subject, Lead):
        allowed = allowed | Q(pk=subject.assigned_to_id)
    found = User.objects.active().filter(allowed).order_by("name", "id")[:MAX_PEOPLE]
    return {str(person.pk): person for person in found}
