"""Who somebody outside the house is: the one rule by which a person is recognised."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID


class Identity(NamedTuple):
    """By what a person is recognised; what does not count is empty."""

    email: str = ""
    company_id: UUID | None = None
    phone_key: str = ""

    @property
    def condition(self) -> dict[str, object]:
        """Which contact that is, for a filter."""
        return {name: value for name, value in self._asdict().items() if value}


def identity_of(*, email: str, phone_key: str, company_id: UUID | None) -> Identity | None:
    """The e-mail address, else the number at the company (comparable forms); None: anybody, so a new row."""
    if email:
        return Identity(email=email)
    if phone_key and company_id:
        return Identity(company_id=company_id, phone_key=phone_key)
    return None
