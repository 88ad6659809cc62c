"""Which column is which field."""

from __future__ import annotations

import random

import pytest

from apps.crm.importing.headings import match_columns

ENGLISH = [
    "Company Name",
    "Contact Person",
    "E-mail Address",
    "Mobile No.",
    "Lead Source",
    "Stage",
    "Remarks",
]
FIELDS = ["company_name", "contact_name", "contact_email", "contact_phone", "source", "status", "notes"]


@pytest.mark.parametrize(
    "headings",
    [
        ENGLISH,
        ["公司名称", "联系人", "邮箱", "手机号码", "来源", "状态", "备注"],
        ["公司名稱", "聯絡人", "電郵", "電話號碼", "來源", "狀態", "備註"],
        ["Nama Syarikat", "Orang Hubungan", "Alamat E-mel", "No. Telefon", "Sumber", "Peringkat", "Catatan"],
        [
            "公司名称 Company Name",
            "Contact / 联系人",
            "E-mail（邮箱）",
            "电话 Tel",
            "Source|来源",
            "状态\nStatus",
            "备注 Notes",
        ],
        ["COMPANY_NAME", "contact-person", "E-MAIL:", "Phone (mobile)", "lead_source", "STATUS*", "notes "],
    ],
    ids=["english", "simplified", "traditional", "malay", "bilingual", "punctuation"],
)
def test_headings_are_recognised_in_every_language(headings: list[str]) -> None:
    columns = match_columns(headings)
    assert columns.fields == {field: index for index, field in enumerate(FIELDS)}
    assert (columns.unknown, columns.repeated) == ((), ())


def test_the_order_of_columns_does_not_matter() -> None:
    pairs = list(zip(ENGLISH, FIELDS, strict=True))
    random.Random(7).shuffle(pairs)
    columns = match_columns([heading for heading, _ in pairs])
    assert [columns.fields[field] for _, field in pairs] == list(range(len(pairs)))


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Compnay", "company_name"),
        ("Comapny Nmae", "company_name"),
        ("Emial", "contact_email"),
        ("Telephon", "contact_phone"),
        ("Statsu", "status"),
        ("Last contcated", "last_contacted"),
    ],
)
def test_a_misspelt_heading_is_recognised(heading: str, field: str) -> None:
    assert match_columns([heading]).fields == {field: 0}


@pytest.mark.parametrize(
    "heading", ["Company size", "Phone 2", "Contacted", "Postcode", "Birthday", "x", "网址", ""]
)
def test_what_is_not_a_field_is_left_alone(heading: str) -> None:
    assert match_columns([heading]).fields == {}


def test_of_two_columns_for_one_field_the_first_wins_and_the_other_is_reported() -> None:
    columns = match_columns(["Company", "Mobile", "Telephone", "Shoe size"])
    assert columns.fields == {"company_name": 0, "contact_phone": 1}
    assert columns.repeated == ("Telephone",)
    assert columns.unknown == ("Shoe size",)
    assert columns.others == [(2, "Telephone"), (3, "Shoe size")]


def test_a_typing_mistake_never_takes_a_field_from_its_real_column() -> None:
    columns = match_columns(["Emial", "Email", "Company"])
    assert columns.fields["contact_email"] == 1
    assert columns.unknown == ("Emial",)
