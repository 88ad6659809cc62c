"""Letters in Chinese: in the script of the reader's place, and without a mark that a reader could see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from apps.brand.services import lint_text
from apps.crm import outreach
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead
from apps.crm.outreach.letters import Aim
from apps.crm.outreach.speech import Language, words
from apps.crm.services.activities import log_activity
from apps.integrations.letters import letter
from apps.integrations.outbox.kept import keep_mail
from apps.integrations.services import send_mail
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
#: Letters that only the other script has.
SIMPLIFIED = set("与个为么们价优会动厅发听对带应户换时电码经给话说过门馆")
TRADITIONAL = set("與個為麼們價優會動廳發聽對帶應戶換時電碼經給話說過門館")


def lead_of(cast: Cast, **fields: Any) -> Lead:
    given = {
        "company_name": "翠園海鮮酒家", "contact_name": "葉慧玲", "contact_email": "yip@garden.test",
        "industry": "Restaurant", "location": "Causeway Bay, Hong Kong", "assigned_to": cast.owner,
        "status": LeadStatus.CONTACTED, "last_contacted": None, "follow_up_date": None, "notes": "",
    }  # fmt: skip
    return LeadFactory(**{**given, **fields})


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ({}, "zh-Hant"),
        ({"location": "台北"}, "zh-Hant"),
        ({"location": "Macau", "company_name": "金龙酒家", "contact_name": "陈美玲"}, "zh-Hant"),
        ({"location": "Tiong Bahru, Singapore"}, "zh"),
        ({"location": "吉隆坡", "contact_phone": "+852 2345 6789"}, "zh"),
        ({"location": ""}, "zh-Hant"),
        ({"location": "", "company_name": "金龙酒家", "contact_name": "陈美玲"}, "zh"),
        (
            {"location": "", "company_name": "金龙酒家", "contact_name": "", "contact_phone": "+886 2 1234"},
            "zh-Hant",
        ),
        (
            {"location": "", "company_name": "海天", "contact_name": "", "contact_email": "a@b.com.hk"},
            "zh-Hant",
        ),
        ({"company_name": "Garden", "contact_name": "Wing Ho"}, "en"),
    ],
)
def test_the_script_is_that_of_the_place_and_else_of_the_names(
    cast: Cast, fields: dict[str, Any], language: str
) -> None:
    assert outreach.draft(lead=lead_of(cast, **fields), user=cast.owner, now=NOW).language == language


def test_words_for_a_script_win_over_the_place(cast: Cast) -> None:
    lead = lead_of(cast)
    asked = {"zh": "zh-Hant", "zh-Hans": "zh", "zh-Hant": "zh-Hant", "en": "en", "ms": "ms"}
    for wanted, language in asked.items():
        made = outreach.draft(lead=lead, user=cast.owner, now=NOW, language=wanted)  # type: ignore[arg-type]
        assert made.language == language


def test_both_scripts_have_the_same_sentences_and_none_of_the_other_one() -> None:
    def texts(known: Any) -> list[str]:
        if isinstance(known, dict):
            return [text for part in known.values() for text in texts(part)]
        return [str(part) for part in known] if isinstance(known, list) else [str(known)]

    def keys(known: Any) -> Any:
        return {name: keys(part) for name, part in known.items()} if isinstance(known, dict) else None

    assert keys(words("zh")) == keys(words("zh-Hant"))
    assert keys(words("zh")["benefits"]) == keys(words("ms")["benefits"])
    assert not SIMPLIFIED & set("".join(texts(words("zh-Hant"))))
    assert not TRADITIONAL & set("".join(texts(words("zh"))))


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("aim", ["", "call", "email", "meeting", "complaint"])
@pytest.mark.parametrize("status", [LeadStatus.CONTACTED, LeadStatus.PROPOSAL, LeadStatus.CLOSED_WON])
def test_no_mark_of_markdown_reaches_the_reader(
    cast: Cast, language: Language, aim: str, status: str
) -> None:
    lead = lead_of(cast, status=status)
    if aim:
        kind, note = ("note", "They complain about vouchers") if aim == "complaint" else (aim, "")
        log_activity(actor=cast.owner, subject=lead, kind=kind, at=NOW - timedelta(days=3), note=note)
        lead.refresh_from_db()
        Lead.objects.filter(pk=lead.pk).update(status=status)
        lead.refresh_from_db()
    made = outreach.draft(lead=lead, user=cast.owner, now=NOW, language=language)
    form = letter(user=cast.owner, subject=made.subject, markdown=made.body)
    assert "<strong>" in form.html
    for text in (form.html, form.text, made.subject):
        assert "**" not in text
        assert "|---" not in text
        assert "{" not in made.body
    assert lint_text(f"{made.subject}\n\n{made.body}", kind="mail") == []


def test_every_aim_has_its_words() -> None:
    without_words = {"propose"}
    for language in get_args(Language):
        assert set(words(language)["subjects"]) == set(get_args(Aim)) - without_words
        assert set(get_args(Aim)) - without_words <= {*words(language)["questions"]}


def test_the_draft_of_a_chinese_mail_keeps_its_name(cast: Cast) -> None:
    dispatch = send_mail(
        user=cast.owner, to=["a@b.test"], subject="翠園：下一步", body_html="x", body_text="x", key="one"
    )
    kept = dispatch.artifact or keep_mail(dispatch)
    assert kept.name == "翠園：下一步.eml"
    assert kept.storage_key.endswith("/翠園_下一步.eml")
