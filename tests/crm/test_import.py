"""Importing a file of leads, from bytes to rows."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.audit.models import AuditEvent
from apps.contacts.models import Company, Contact
from apps.core.errors import Forbidden
from apps.crm.importing.outcome import ImportOutcome
from apps.crm.models import Activity, Lead, LeadImport, StageChange
from apps.crm.services import imports
from tests.conftest import Cast
from tests.factories.crm import Grid, LeadFactory, csv_bytes, uploaded, xlsx_bytes

HEAD = ["Company", "Contact", "E-mail", "Phone"]
ABC = ["ABC Restaurant Group", "John Tan", "john@abc.sg", "+65 9123 4567"]
DEF = ["DEF Pte Ltd", "Mary Lim", "mary@def.sg", "8123 4567"]

pytestmark = pytest.mark.django_db


def run(user: User, content: bytes | Grid, name: str = "leads.csv", **options: Any) -> ImportOutcome:
    return imports.import_leads(artifact=uploaded(user, content, name), user=user, **options)


def report_rows(outcome: ImportOutcome) -> list[list[str]]:
    with open_bytes(Artifact.objects.get(pk=outcome.report_id)) as stream:
        return list(csv.reader(io.StringIO(stream.read().decode("utf-8-sig"))))


def test_rows_become_leads_with_all_their_values(cast: Cast) -> None:
    grid = [
        [
            *HEAD,
            "Industry",
            "City",
            "Source",
            "Status",
            "Value",
            "Last contacted",
            "Follow up",
            "Notes",
            "Outlets",
        ],
        [
            *ABC,
            "F&B",
            "Singapore",
            "LinkedIn",
            "contacted",
            "S$12k",
            "3/1/2024",
            "2026-02-01",
            "two\nlines",
            "7",
        ],
    ]
    outcome = run(cast.owner, grid)
    assert (outcome.rows, outcome.created, outcome.duplicates, outcome.refused) == (1, 1, 0, 0)
    lead = Lead.objects.get()
    assert (lead.company_name, lead.contact_name, lead.contact_email) == tuple(ABC[:3])
    assert (lead.contact_phone, lead.phone_key, lead.company_key) == (
        ABC[3],
        "+6591234567",
        "abc restaurant group",
    )
    assert (lead.industry, lead.location, lead.source, lead.status) == (
        "F&B",
        "Singapore",
        "linkedin",
        "contacted",
    )
    assert (lead.value, lead.currency) == (Decimal("12000.00"), "SGD")
    assert lead.last_contacted == datetime(2024, 1, 2, 16, tzinfo=UTC)
    assert lead.follow_up_date == date(2026, 2, 1)
    assert (lead.notes, lead.extra) == ("two\nlines", {"Outlets": "7"})
    assert (lead.assigned_to, lead.import_row) == (cast.owner, 2)
    assert lead.company is not None
    assert lead.company.name == "ABC Restaurant Group"
    assert lead.contact is not None
    assert lead.contact.email == "john@abc.sg"
    activity = Activity.objects.get()
    assert (activity.lead, activity.kind, activity.occurred_at) == (lead, "contact", lead.last_contacted)
    came_in = StageChange.objects.get()
    assert (came_in.lead, came_in.from_status, came_in.to_status) == (lead, "", "contacted")
    assert (came_in.value, came_in.by) == (lead.value, cast.owner)


def test_a_lost_lead_of_a_file_is_lost_without_a_reason(cast: Cast) -> None:
    run(cast.owner, [["Company", "Status"], ["Gone Kitchen", "lost"]])
    lead = Lead.objects.get()
    assert (lead.status, lead.lost_reason) == ("closed_lost", "not_recorded")
    assert StageChange.objects.get().lost_reason == "not_recorded"


def test_the_first_row_of_a_file_is_the_top_card(cast: Cast) -> None:
    run(cast.owner, [["Company"], ["First"], ["Second"], ["Third"]])
    order = Lead.objects.order_by("-position").values_list("company_name", flat=True)
    assert list(order) == ["First", "Second", "Third"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_every_encoding_gives_the_same_leads(cast: Cast, encoding: str) -> None:
    grid = [
        ["公司名称", "联系人", "邮箱", "电话"],
        ["北京金龙饭店有限公司", "王小明", "wang@jinlong.cn", "91234567"],
    ]
    outcome = run(cast.owner, csv_bytes(grid, encoding=encoding))
    assert outcome.created == 1
    assert Lead.objects.get().company_name == "北京金龙饭店有限公司"


def test_a_workbook_in_malay_is_imported(cast: Cast) -> None:
    grid = [
        ["Senarai prospek"],
        ["No. Telefon", "Nama Syarikat", "Emel", "Peringkat", "Tarikh dihubungi"],
        [60123456789, "Warung Mak Jah", "jah@warung.my", "Telah dihubungi", date(2024, 1, 5)],
    ]
    outcome = run(cast.owner, xlsx_bytes(grid, title="Jun"), "prospek.xlsx")
    lead = Lead.objects.get()
    assert (lead.company_name, lead.status) == ("Warung Mak Jah", "contacted")
    assert lead.last_contacted is not None
    assert outcome.sheet == "Jun"


def test_duplicates_are_recognised_by_email_and_by_company_with_phone(cast: Cast) -> None:
    known = LeadFactory(company_name="Ghi Café", contact_email="g@ghi.sg", assigned_to=cast.owner)
    grid = [
        HEAD,
        ABC,
        ["Other name", "", "JOHN@abc.SG", ""],
        ["abc restaurant group pte. ltd.", "Somebody else", "", "91234567"],
        ["Ghi", "", "G@ghi.sg", ""],
        ["Not ABC", "", "", "9123 4567"],
        DEF,
    ]
    outcome = run(cast.owner, grid)
    assert (outcome.created, outcome.duplicates) == (3, 3)
    first = Lead.objects.get(company_name="ABC Restaurant Group")
    assert [(note.row, note.lead_id) for note in outcome.first_duplicates] == [
        (3, str(first.pk)),
        (4, str(first.pk)),
        (5, str(known.pk)),
    ]
    reasons = [note.reason for note in outcome.first_duplicates]
    assert reasons[0] == "Has the same e-mail address as row 2."
    assert reasons[1] == "Has the same company and phone number as row 2."
    assert reasons[2] == "Has the same e-mail address as the lead Ghi Café."


def test_duplicates_are_recognised_across_batches(cast: Cast) -> None:
    with mock.patch.object(imports, "BATCH", 2):
        outcome = run(cast.owner, [HEAD, ABC, DEF, ["Third", "", "", ""], ["Again", "", "john@abc.sg", ""]])
    assert outcome.created == 3
    assert outcome.first_duplicates[0].reason == "Has the same e-mail address as row 2."


def test_the_same_file_twice_adds_nothing(cast: Cast) -> None:
    artifact = uploaded(cast.owner, [HEAD, ABC, DEF])
    imports.import_leads(artifact=artifact, user=cast.owner)
    again = imports.import_leads(artifact=artifact, user=cast.owner)
    assert (again.created, again.duplicates, Lead.objects.count()) == (0, 2, 2)


def test_a_duplicate_of_a_colleagues_lead_does_not_say_whose_it_is(cast: Cast) -> None:
    LeadFactory(company_name="Secret Prospect", contact_email="john@abc.sg", assigned_to=cast.colleague)
    outcome = run(cast.owner, [HEAD, ABC])
    note = outcome.first_duplicates[0]
    assert (note.lead_id, note.lead_url) == ("", "")
    assert note.reason == "A colleague's lead has the same e-mail address."
    assert "Secret" not in str(outcome)


def test_a_manager_is_told_which_lead_a_row_repeats(cast: Cast) -> None:
    known = LeadFactory(company_name="Prospect", contact_email="john@abc.sg", assigned_to=cast.colleague)
    note = run(cast.manager, [HEAD, ABC]).first_duplicates[0]
    assert note.lead_id == str(known.pk)
    assert "Prospect" in note.reason


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("Company", "", "The company name is missing."),
        ("Company", "x" * 201, "The company name is longer than 200 characters."),
        ("E-mail", "john at abc", "“john at abc” is not an e-mail address."),
        ("Phone", "6.59E+10", "The phone number was shortened by a spreadsheet to “6.59E+10”."),
        (
            "Status",
            "lukewarm",
            "“lukewarm” is not a status I know (new, contacted, qualified, proposal, won, lost).",
        ),
        ("Last contacted", "12/31/2025", "“12/31/2025” is not a date (day/month/year)."),
        ("Last contacted", "1/1/0001", "“1/1/0001” is not in the years 2000 to 2100."),
        ("Follow up on", "31/12/9999", "“31/12/9999” is not in the years 2000 to 2100."),
        ("Last contacted", "1/1/2090", "The last contact, 1/1/2090, lies in the future."),
        ("Value", "a lot", "“a lot” is not an amount of money."),
        ("Currency", "shells", "“shells” is not a currency I know."),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_reason(
    cast: Cast, column: str, text: str, reason: str
) -> None:
    values = {"Company": "ABC", column: text}
    grid = [[*values, "Contact"], ["Good company"], [*values.values(), "John"], ["Another good one"]]
    outcome = run(cast.owner, grid)
    assert (outcome.created, outcome.refused) == (2, 1)
    assert (outcome.first_refused[0].row, outcome.first_refused[0].reason) == (3, reason)


def test_a_row_with_more_cells_than_headings_is_refused(cast: Cast) -> None:
    outcome = run(cast.owner, [HEAD, [*ABC, "left over"], DEF])
    assert (outcome.created, outcome.refused, outcome.first_refused[0].row) == (1, 1, 2)


def test_value_and_currency_column_must_agree(cast: Cast) -> None:
    grid = [["Company", "Value", "Currency"], ["A", "RM 5", "SGD"], ["B", "5", "myr"], ["C", "S$5", "SGD"]]
    outcome = run(cast.owner, grid)
    assert [note.row for note in outcome.first_refused] == [2]
    assert dict(Lead.objects.values_list("company_name", "currency")) == {"B": "MYR", "C": "SGD"}


def test_the_report_has_every_row_that_was_not_imported(cast: Cast) -> None:
    outcome = run(cast.owner, [HEAD, ABC, ["", "Nobody", "n@b.sg", ""], ["Again", "", "john@abc.sg", ""]])
    heading, refused, repeated = report_rows(outcome)
    assert heading == ["Row", "Result", "Reason", *HEAD]
    assert refused == ["3", "refused", "The company name is missing.", "", "Nobody", "n@b.sg", ""]
    assert repeated[:2] == ["4", "duplicate"]
    assert LeadImport.objects.get().report_id is not None


def test_a_file_without_problems_has_no_report(cast: Cast) -> None:
    assert run(cast.owner, [HEAD, ABC]).report_id == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "  ="])
def test_the_report_computes_nothing_when_it_is_opened(cast: Cast, start: str) -> None:
    formula = f'{start}HYPERLINK("http://evil","x")'
    outcome = run(cast.owner, [[*HEAD, "Notes"], ["", "John", "j@b.sg", "", formula], ABC])
    stored = report_rows(outcome)[1][-1]
    assert stored == f"'{formula.strip()}"


def test_the_outsider_and_the_executive_may_not_import(cast: Cast) -> None:
    for user in (cast.outsider, cast.executive):
        with pytest.raises(Forbidden):
            run(user, [HEAD, ABC])


def test_a_manager_gives_leads_to_the_people_the_file_names(cast: Cast) -> None:
    grid = [
        [*HEAD, "Owner"],
        [*ABC, cast.colleague.email.upper()],
        [*DEF, cast.owner.name],
        ["Third", "", "", "", "nobody@demo.test"],
        ["Fourth", "", "", "", cast.outsider.email],
        ["Fifth", "", "", "", ""],
    ]
    outcome = run(cast.manager, grid)
    owners = dict(Lead.objects.values_list("company_name", "assigned_to__email"))
    assert owners["ABC Restaurant Group"] == cast.colleague.email
    assert owners["DEF Pte Ltd"] == cast.owner.email
    assert {owners["Third"], owners["Fourth"], owners["Fifth"]} == {cast.manager.email}
    assert any("nobody@demo.test" in remark and cast.outsider.email in remark for remark in outcome.remarks)


def test_a_rep_cannot_push_leads_onto_a_colleague(cast: Cast) -> None:
    outcome = run(cast.owner, [[*HEAD, "Owner"], [*ABC, cast.colleague.email]])
    assert Lead.objects.get().assigned_to == cast.owner
    assert any("may not give leads" in remark for remark in outcome.remarks)


def test_companies_and_contacts_are_shared_not_doubled(cast: Cast) -> None:
    Company.objects.create(name="ABC Restaurant Group Pte Ltd")
    Contact.objects.create(name="John", email="john@abc.sg")
    run(
        cast.owner,
        [HEAD, ABC, ["abc restaurant group", "Jane", "", "9999 8888"], DEF, ["No reach", "X", "", ""]],
    )
    assert Company.objects.count() == 3
    assert Contact.objects.count() == 3
    lead = Lead.objects.get(contact_email="john@abc.sg")
    assert lead.company is not None
    assert lead.company.name == "ABC Restaurant Group Pte Ltd"
    assert Lead.objects.get(company_name="No reach").contact is None


def test_an_import_leaves_one_row_in_the_trail(cast: Cast) -> None:
    run(cast.owner, [HEAD, ABC, DEF])
    event = AuditEvent.objects.get(action="crm.leads.imported")
    assert event.details == {"rows": 2, "created": 2, "duplicates": 0, "refused": 0}


def test_repeated_and_unknown_columns_are_reported_and_kept(cast: Cast) -> None:
    outcome = run(
        cast.owner, [["Company", "Tel", "Mobile", "Shoe size"], ["ABC", "91234567", "81234567", "43"]]
    )
    assert outcome.repeated_columns == ["Mobile"]
    assert outcome.unknown_columns == ["Shoe size"]
    assert Lead.objects.get().extra == {"Mobile": "81234567", "Shoe size": "43"}
