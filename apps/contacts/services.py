"""Finding or making the one row of a company or person."""

from __future__ import annotations

from django.db import transaction

from apps.contacts.models import Company, Contact
from apps.contacts.normalisation import company_key, email_key, phone_key


@transaction.atomic
def resolve_company(*, name: str, industry: str = "", location: str = "") -> Company:
    """The company of that name in any spelling; empty facts are filled, known ones are kept."""
    company, created = Company.objects.get_or_create(
        name_key=company_key(name),
        defaults={"name": name.strip()[:200], "industry": industry[:80], "location": location[:120]},
    )
    if not created:
        _fill(company, industry=industry[:80], location=location[:120])
    return company


@transaction.atomic
def resolve_contact(
    *, name: str = "", email: str = "", phone: str = "", company: Company | None = None
) -> Contact:
    """The person with that e-mail, else with that phone at that company, else a new one."""
    contact = _find_contact(email_key(email), phone_key(phone), company)
    if contact is None:
        return Contact.objects.create(name=name[:160], email=email, phone=phone[:40], company=company)
    _fill(contact, name=name[:160], phone=phone[:40], email=email_key(email), company=company)
    return contact


def _find_contact(email: str, phone: str, company: Company | None) -> Contact | None:
    if email:
        return Contact.objects.filter(email=email).first()
    if phone and company:
        return Contact.objects.filter(phone_key=phone, company=company).first()
    return None


def _fill(row: Company | Contact, **facts: object) -> None:
    missing = {name: value for name, value in facts.items() if value and not getattr(row, name)}
    if missing:
        for name, value in missing.items():
            setattr(row, name, value)
        row.save()
