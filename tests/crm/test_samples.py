"""The sample files of the guided tour give what the tour promises."""

from __future__ import annotations

import pytest
from django.conf import settings

from apps.crm.importing.outcome import ImportOutcome
from apps.crm.models import Lead
from apps.crm.services.imports import import_leads
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, uploaded

pytestmark = pytest.mark.django_db


def imported(cast: Cast, name: str) -> ImportOutcome:
    content = (settings.BASE_DIR / "docs" / "samples" / name).read_bytes()
    return import_leads(artifact=uploaded(cast.owner, content, name), user=cast.owner)


def test_the_mixed_list_has_two_duplicates_and_two_bad_rows(cast: Cast) -> None:
    LeadFactory(company_name="ABC Restaurant Group", contact_email="john@abcrestaurant.sg")
    outcome = imported(cast, "leads.csv")
    assert (outcome.rows, outcome.created, outcome.duplicates, outcome.refused) == (12, 8, 2, 2)
    assert [note.row for note in outcome.first_duplicates] == [7, 10]
    assert [note.row for note in outcome.first_refused] == [9, 11]
    assert outcome.unknown_columns == ["Outlets"]
    assert Lead.objects.filter(company_name="金龍海鮮酒家", currency="HKD", status="qualified").exists()


def test_the_chinese_workbook_is_understood(cast: Cast) -> None:
    outcome = imported(cast, "leads_zh.xlsx")
    assert (outcome.created, outcome.refused, outcome.unknown_columns) == (4, 1, [])
    lead = Lead.objects.get(company_name="海天茶餐厅")
    assert (lead.status, lead.source, lead.location) == ("qualified", "website", "香港")
