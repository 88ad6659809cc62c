"""A person or a company that may become a lead."""

from __future__ import annotations

from pydantic import BaseModel


class Prospect(BaseModel):
    """Who, where, as what; "" where nothing says so. `source` names the page, file or text it comes from."""

    company: str = ""
    person: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    location: str = ""
    url: str = ""
    website: str = ""
    source: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """By which two mentions of the same are recognised."""
        return self.company.casefold(), self.person.casefold(), self.email.casefold()


def merged(prospects: list[Prospect]) -> list[Prospect]:
    """Each once, in their order; empty ones are left out."""
    found: dict[tuple[str, str, str], Prospect] = {}
    for prospect in prospects:
        if prospect.company or prospect.person:
            found.setdefault(prospect.key, prospect)
    return list(found.values())
