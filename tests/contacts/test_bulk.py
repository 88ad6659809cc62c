"""Many companies and people at once."""

from __future__ import annotations

from uuid import UUID

import pytest

from apps.contacts.bulk import CompanyFacts, PersonFacts, resolve_companies, resolve_contacts
from apps.contacts.models import Company, Contact
from apps.contacts.normalisation import company_key
from apps.contacts.services import resolve_contact

pytestmark = pytest.mark.django_db


def companies(*names: str) -> dict[str, UUID]:
    return resolve_companies({company_key(name): CompanyFacts(name, "F&B", "Singapore") for name in names})


def test_companies_are_found_or_made_once() -> None:
    known = Company.objects.create(name="ABC Pte Ltd", industry="Hotel")
    found = companies("abc", "Déf “Kitchen” \\ 金龙", "Ghi")
    assert found["abc"] == known.pk
    assert set(Company.objects.values_list("name", flat=True)) == {
        "ABC Pte Ltd",
        "Déf “Kitchen” \\ 金龙",
        "Ghi",
    }
    assert companies("abc", "Ghi") == {key: found[key] for key in ("abc", "ghi")}
    known.refresh_from_db()
    assert known.industry == "Hotel"


def test_people_are_found_by_email_then_by_phone_at_their_company() -> None:
    company, other = companies("abc", "def").values()
    by_mail = Contact.objects.create(name="John", email="john@abc.sg")
    by_phone = Contact.objects.create(name="Reception", phone="91234567", company_id=company)
    people = [
        PersonFacts("J", "john@abc.sg", "", "", company),
        PersonFacts("R", "", "9123 4567", "+6591234567", company),
        PersonFacts("Somebody else", "", "9123 4567", "+6591234567", other),
        PersonFacts("New", "new@abc.sg", "", "", company),
        PersonFacts("New again", "new@abc.sg", "", "", company),
        PersonFacts("Twin", "", "8", "+658", company),
        PersonFacts("Twin", "", "8", "+658", company),
    ]
    found = resolve_contacts(people)
    assert found[:2] == [by_mail.pk, by_phone.pk]
    assert found[2] not in found[:2]
    assert found[3] == found[4]
    assert found[5] == found[6]
    assert Contact.objects.count() == 5
    assert Contact.objects.get(pk=found[3]).name == "New"
    assert resolve_contacts(people) == found


@pytest.mark.parametrize(
    ("email", "phone"),
    [("john@abc.sg", ""), ("", "+6591234567"), ("john@abc.sg", "+6590000000"), ("new@abc.sg", "+6591234567")],
)
def test_one_by_one_and_in_bulk_a_person_is_the_same(email: str, phone: str) -> None:
    (company,) = Company.objects.filter(pk__in=companies("abc").values())
    Contact.objects.create(name="John", email="john@abc.sg", company=company)
    # Of two with one number at one company, the older one.
    Contact.objects.create(name="Zoe", phone="9123 4567", company=company)
    Contact.objects.create(name="Amy", phone="9123 4567", company=company)
    (found,) = resolve_contacts([PersonFacts("X", email, phone, phone, company.pk)])
    assert resolve_contact(name="X", email=email, phone=phone, company=company).pk == found


def test_nothing_is_asked_for_nothing() -> None:
    assert resolve_companies({}) == {}
    assert resolve_contacts([]) == []
