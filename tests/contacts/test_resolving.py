"""Finding the one row of a company or person, and filling what it lacks."""

from __future__ import annotations

import pytest

from apps.contacts.models import Company, Contact
from apps.contacts.services import complete_contact, resolve_company, resolve_contact

pytestmark = pytest.mark.django_db


def test_a_known_company_is_found_in_any_spelling_and_only_what_it_lacks_is_filled() -> None:
    known = Company.objects.create(name="Golden Dragon Pte Ltd", industry="Food")
    found = resolve_company(name="golden dragon", industry="Hotel", location="Bugis")
    known.refresh_from_db()
    assert found == known
    assert (known.name, known.industry, known.location) == ("Golden Dragon Pte Ltd", "Food", "Bugis")


def test_a_person_is_found_by_address_else_by_number_at_the_company() -> None:
    company = resolve_company(name="Golden Dragon")
    mei = resolve_contact(name="Mei", email="MEI@gd.sg", company=company)
    assert resolve_contact(email="mei@gd.sg", phone="6222 3333") == mei
    assert resolve_contact(phone="+65 62223333", company=company) == mei
    assert resolve_contact(phone="+65 62223333", company=resolve_company(name="Silver Tiger")) != mei
    assert Contact.objects.get(email="mei@gd.sg").phone == "6222 3333"


def test_filling_undoes_nobodys_change_and_brings_nobody_back() -> None:
    seen = Contact.objects.create(email="mei@gd.sg")
    Contact.objects.update(email="mei@dragon.sg")
    complete_contact(seen, phone="6222 3333")
    now = Contact.objects.get()
    assert (now.email, now.phone, now.phone_key) == ("mei@dragon.sg", "6222 3333", "+6562223333")
    Contact.objects.update(name="Mei Tan")
    complete_contact(seen, name="Mei")
    assert Contact.objects.get().name == "Mei Tan"
    Contact.objects.all().delete()
    seen.name = ""
    complete_contact(seen, name="Mei")
    assert not Contact.objects.exists()
