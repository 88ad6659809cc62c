"""A letter to a lead, ready to be edited and sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.core.errors import Invalid
from apps.crm.models import Lead
from apps.crm.outreach.letters import LetterName, content, fitting
from apps.crm.outreach.reading import markdown_of
from apps.documents import engine, templates


@dataclass(frozen=True)
class Draft:
    """What would be sent. `body` is Markdown; `template` is the path of what it was made from."""

    letter: LetterName
    to: str
    subject: str
    body: str
    template: str


def draft(*, lead: Lead, user: User, now: datetime, letter: LetterName | None = None) -> Draft:
    """The letter that was asked for, or that the lead's stage asks for, from the template in force.

    Raises `Invalid` for a lead without an address, `Faulty` for a template that cannot be filled.
    """
    if not lead.contact_email:
        raise Invalid(f"{lead.company_name} has no e-mail address yet. Add one on the lead's page.")
    name = letter or fitting(lead)
    path = f"emails/{name}.html"
    values = content(name, lead=lead, user=user, now=now)
    source = templates.in_force(path)
    page = engine.filled(engine.parsed(source.text), values, trusted=source.trusted)
    body = markdown_of(page, without=("●", "©", user.email))
    return Draft(name, lead.contact_email, str(values["subject"]), body, path)
