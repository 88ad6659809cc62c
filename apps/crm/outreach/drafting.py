"""A letter to a lead, ready to be edited and sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from apps.accounts.models import User
from apps.core.errors import Invalid
from apps.core.markdown import escape
from apps.crm.models import Lead
from apps.crm.outreach.contact import last_contact
from apps.crm.outreach.letters import TEMPLATES, Aim, LetterName, Occasion, aim_of, content, fitting
from apps.crm.outreach.reading import markdown_of
from apps.crm.outreach.speech import Language, day_in, month_in, words, working_day
from apps.documents import engine, templates

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Without an answer after so long, one asks again.
PATIENCE = timedelta(days=5)


@dataclass(frozen=True)
class Draft:
    """What would be sent. `body` is Markdown; `template` is the path of what it was made from, "" for none;
    `because` says in English what of the last contact decided it; `follow_up` is the day to ask again.
    """

    aim: Aim
    language: str
    to: str
    subject: str
    body: str
    template: str
    because: str
    follow_up: date


def draft(
    *,
    lead: Lead,
    user: User,
    now: datetime,
    letter: LetterName | None = None,
    language: Language | None = None,
) -> Draft:
    """The letter that was asked for, or that stage and last contact ask for, from the template in force; in
    the language that was asked for, or that the names of the lead are written in.

    Raises `Invalid` for a lead without an address, `Faulty` for a template that cannot be filled.
    """
    if not lead.contact_email:
        raise Invalid(f"{lead.company_name} has no e-mail address yet. Add one on the lead's page.")
    last = last_contact(lead, user=user, now=now)
    occasion = Occasion(lead, user, now, language or language_of(lead), last)
    aim = aim_of(letter or fitting(lead, last), occasion)
    values = content(aim, occasion)
    template = TEMPLATES[aim] if values["language"] == "en" else ""
    return Draft(
        aim=aim,
        language=values["language"],
        to=lead.contact_email,
        subject=values["subject"],
        body=_from_template(template, values) if template else _framed(values),
        template=template,
        because=_because(occasion),
        follow_up=working_day(max(occasion.today + PATIENCE, occasion.meet)),
    )


def language_of(lead: Lead) -> Language:
    """Chinese for names in Chinese characters, else English."""
    return "zh" if _CHINESE.search(f"{lead.contact_name}{lead.company_name}") else "en"


def _from_template(path: str, values: dict[str, Any]) -> str:
    source = templates.in_force(path)
    page = engine.filled(engine.parsed(source.text), values, trusted=source.trusted)
    return markdown_of(page, without=("●", "©", values["sender_email"]))


def _framed(values: dict[str, Any]) -> str:
    """The letter in a language that the house has no template of."""
    frame = words(values["language"])["frame"]
    safe = {name: escape(str(value), 2_000) for name, value in values.items()}
    told = {
        **safe,
        "name": safe["recipient_name"],
        "company": safe["company_name"],
        "sender": safe["sender_name"],
        "title": safe["sender_title"],
    }
    lines = [frame["hello"] if values["recipient_name"] else frame["hello_nobody"]]
    if "last_contact" in values:
        lines += [frame["thanks"], frame["next_step"]]
    else:
        lines += ["{opening}", "{call_to_action}"]
    return "\n\n".join(line.format(**told) for line in [*lines, frame["close"], frame["why"]])


def _because(occasion: Occasion) -> str:
    last, today = occasion.last, occasion.today
    if last is None:
        return "no contact with them is recorded yet"
    kind = str(last.kind.label).lower()
    if last.is_recent:
        unanswered = "" if last.spoke else ", unanswered so far"
        return f"the last contact was on {day_in('en', last.on, today=today)} ({kind}{unanswered})"
    return f"nobody has been in touch since {month_in('en', last.on, today=today)} ({kind})"
