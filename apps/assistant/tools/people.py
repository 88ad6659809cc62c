"""Who somebody means by a name: colleagues, and people of companies that we know."""

from __future__ import annotations

from django.db.models import Q
from pydantic import BaseModel

from apps.accounts.models import User
from apps.assistant.toolkit import ToolContext, tool
from apps.contacts.models import Company, Contact

MOST = 10
COMPANIES = 3


class FoundPerson(BaseModel):
    """Somebody who can be written to. `company` is "" for a colleague."""

    name: str
    email: str
    company: str


@tool(
    permission="integrations.send_mail",
    read_only=True,
    second_hand=True,
    summary="Looking up {name} …",
)
def find_people(ctx: ToolContext, *, name: str) -> list[FoundPerson]:
    """Colleagues and contacts with an e-mail address by their name, or by the name of their company;
    colleagues come first.
    """
    words = name.strip()[:160]
    if not words:
        return []
    colleagues = User.objects.active().filter(name__icontains=words).order_by("name")[:MOST]
    found = [FoundPerson(name=one.name, email=one.email, company="") for one in colleagues]
    companies = Company.objects.visible_to(ctx.user).search(words).values_list("pk", flat=True)[:COMPANIES]
    named = Contact.objects.visible_to(ctx.user).search(words).values_list("pk", flat=True)[:MOST]
    contacts = (
        Contact.objects.visible_to(ctx.user)
        .filter(Q(pk__in=list(named)) | Q(company_id__in=list(companies)))
        .exclude(email="")
        .select_related("company")
        .order_by("name", "pk")[:MOST]
    )
    found += [
        FoundPerson(name=one.name, email=one.email, company=one.company.name if one.company else "")
        for one in contacts
    ]
    return found[:MOST]
