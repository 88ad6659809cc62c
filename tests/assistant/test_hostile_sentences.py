"""Long messages of few words: no reader may hold up a worker over them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from time import perf_counter, thread_time
from types import FrameType
from typing import Any

import pytest

from apps.accounts.models import User
from apps.analysis.asking import understand
from apps.analysis.asking.halves import unanswered
from apps.analysis.asking.mentions import mentions as columns_in
from apps.analysis.loading import Loaded
from apps.analysis.profiles import profile
from apps.analysis.query import Measure, TableQuery
from apps.assistant.approving.decoding import readings
from apps.assistant.approving.spelling import skeleton, telling_parts
from apps.assistant.report_files import format_wanted
from apps.assistant.routing.pages import asks_the_web
from apps.assistant.skills import (
    brand_check,
    calendar_booking,
    push_message,
    teams_post,
    web_research,
    weekly_kpi_report,
)
from apps.assistant.skills import content_generation as content
from apps.assistant.skills.data_analysis import DRAWS_THAT
from apps.assistant.skills.document_summary import asks_for_whole
from apps.assistant.skills.mail_wishes import wanted_mails
from apps.assistant.slots import amounts, capitals, moments, names, periods
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.remainder import rest_of
from apps.assistant.slots.spans import spans
from apps.brand.copywriting.length import wanted_length
from apps.brand.services import lint_text
from apps.core.languages import asked_language
from apps.core.sentences import LONGEST_SENTENCE, sentence
from apps.crm.outreach import evidence
from apps.crm.skills import (
    email_outreach,
    log_contact,
    new_lead,
    next_step,
    past_day,
    pitch_deck_generation,
    sales_results,
    terms,
)
from apps.crm.skills import linkedin_prospecting as prospecting
from apps.finance.skills import close_month, statement_mail
from apps.finance.words.amounts import typed_amount
from apps.finance.words.lookups import read_lookup
from apps.finance.words.periods import statement_period
from apps.finance.words.questions import read_question
from apps.finance.words.sentences import names_a_file, read_sentence
from apps.integrations.text_tables import aligned
from apps.perception.digest import digest
from apps.perception.web import mentions
from tests.analysis.conftest import opened, sales_csv  # noqa: F401
from tests.factories.accounts import UserFactory

TODAY = date(2026, 11, 22)
LENGTH = 20_000
#: Seconds for all hostile texts of a reader; it takes a fraction, and minutes where the effort is quadratic.
BOUND = 5

PIECES = (
    "with ",
    "from ",
    "post to ",
    "that ",
    "S$99 ",
    "Growth S$99 ",
    "111 111 ",
    "1,111",
    "a@",
    "a.",
    "a-",
    "/a",
    '"',
    "“",
    "'a",
    "\n",
    "\t",
    " ",
    "1",
    "点 ",
    "频道",
    "and ",
    "的",
    "more than ",
    "Aa ",
    "不是 ",
    "a: ",
    "plan of ",
)
HEADS = ("from ", "between ", "1 ", "week of ", "at 3", "more than ", "plan of ", "search ", "post ", "a: ")
HOSTILE = [
    *((piece * LENGTH)[:LENGTH] for piece in PIECES),
    *(head + blank * LENGTH for head in HEADS for blank in (" ", "\n", "1")),
]


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Break off what takes longer."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"still reading after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def source(text: str) -> Source:
    return Source(text, User(timezone="Asia/Singapore"), now=datetime(2026, 11, 22, 4, tzinfo=UTC))


def reads(*readers: Callable[[Source, bool], Any]) -> Callable[[str], Any]:
    """One reader of all slots of a skill."""
    return lambda text: [reader(source(text), asked) for reader in readers for asked in (False, True)]


READERS: dict[str, Callable[[str], Any]] = {
    "periods": lambda text: periods.period(source(text).text, TODAY),
    "spans": lambda text: spans(source(text).text, TODAY),
    "days ahead": lambda text: moments.days_ahead(source(text).text, TODAY),
    "time of day": lambda text: moments.time_of_day(source(text).text),
    "length": lambda text: moments.length(source(text).text),
    "money": lambda text: amounts.money(source(text).text),
    "days": lambda text: amounts.days(source(text).text),
    "e-mail": lambda text: names.email(source(text).text),
    "quotes": names.quoted,
    "teams": reads(teams_post._channel, teams_post._words),
    "push": reads(push_message._who, push_message._words),
    "booking": reads(calendar_booking._when, calendar_booking._who, calendar_booking._topic),
    "mails": lambda text: wanted_mails(text, may_share=True),
    "research": lambda text: web_research._ASKING.sub("", sentence(text)),
    "brand check": brand_check.text_in,
    "routing": asks_the_web,
    "documents": asks_for_whole,
    "drawing": lambda text: DRAWS_THAT.search(sentence(text)),
    "files of reports": format_wanted,
    "digests": lambda text: digest([text], looking_for=text[:2_000]),
    "entry": lambda text: read_sentence(text, TODAY),
    "file": names_a_file,
    "statement": lambda text: statement_period(text, TODAY),
    "note of a contact": log_contact.note_of,
    "head of a contact": lambda text: log_contact.head_of(sentence(text)),
    "day that is past": lambda text: past_day.day_said(sentence(text), TODAY),
    "new lead": lambda text: new_lead.read(sentence(text)),
    "task": lambda text: next_step.title_of(sentence(text)),
    "sales": reads(sales_results._measure, sales_results._by, sales_results._period),
    "terms of an offer": reads(terms._discount, terms._unknown_plan),
    "what follows an offer": lambda text: [
        rest_of(text, terms._BILLING, terms._NAMED, terms._PERCENT),
        terms._MAIL_IT.search(sentence(text)),
    ],
    "slides": reads(pitch_deck_generation._slides),
    "language": asked_language,
    "length of a text": wanted_length,
    "files of key figures": lambda text: weekly_kpi_report._not_done(text, "pdf"),
    "complaints": lambda text: [evidence._COMPLAINT.search(text), evidence._UNSETTLED.search(text)],
    "tables of a mail": aligned,
    "letter": lambda text: [email_outreach._language(text), email_outreach._DECK.search(text)],
    "prospects": lambda text: [prospecting._CREATE.search(text), prospecting._NUMBERS.search(text)],
    "pasted profile": prospecting._pasted,
    "web addresses": lambda text: [mentions.addresses_in(text), mentions.refusals_in(text)],
    "without addresses": mentions.without_addresses,
    "names": capitals.names_in,
    "unnamed": capitals.unnamed,
    "after which a company stands": lambda text: names._after_lead_in(source(text).text),
    "content": lambda text: [content.product_in(text), content.language_of(text)],
    "is it a stranger's": lambda text: [list(telling_parts(text)), readings(text), skeleton(text)],
    "sending": statement_mail.wants_sending,
    "reopening": lambda text: close_month._REOPEN.search(sentence(text)),
}


@pytest.mark.parametrize("reader", READERS)
def test_no_reader_is_held_up(reader: str) -> None:
    with at_most(BOUND):
        for text in HOSTILE:
            READERS[reader](text)


@pytest.mark.django_db
def test_a_company_is_found_at_once() -> None:
    user = UserFactory()
    with at_most(BOUND):
        for text in HOSTILE[::4]:
            names.company(source(text).text, user)


@pytest.mark.django_db
def test_the_ledger_is_looked_up_at_once() -> None:
    with at_most(BOUND):
        for text in HOSTILE[::4]:
            read_lookup(text)
            read_question(text, TODAY)


def test_a_table_is_asked_at_once(opened: Callable[..., Loaded]) -> None:  # noqa: F811
    """Measured by the work it takes, so that a busy machine does not count; broken off if it hangs."""
    about = profile(opened(sales_csv(20)), looking_for="")
    start = thread_time()
    with at_most(10 * BOUND):
        for text in HOSTILE[::4]:
            understand(text, about, spans=[], before=TableQuery(measures=[Measure()]))
            unanswered(text, TableQuery(), about)
    assert thread_time() - start < BOUND


@pytest.mark.parametrize("piece", ["amount ", "Amount by outlet ", "a的", "order value and ", "x"])
def test_columns_are_found_in_a_time_that_grows_with_the_message(
    opened: Callable[..., Loaded],  # noqa: F811
    piece: str,
) -> None:
    about = profile(opened(sales_csv(20)), looking_for="")

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        times = []
        for _ in range(3):
            start = perf_counter()
            columns_in(text, about)
            times.append(perf_counter() - start)
        return min(times)

    assert seconds(8 * 4_000) < 24 * seconds(4_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "piece", ["Growth S$99 ", "1", "111 111 ", "Growth ", "S$ ", "1,1", "Growth plan of "]
)
def test_the_whole_text_is_checked_against_the_brand_at_once(piece: str) -> None:
    with at_most(BOUND):
        lint_text((piece * LENGTH)[:12_000], kind="mail")


@pytest.mark.parametrize(
    "text", ["taxi SGD " + "9" * 16, "taxi SGD 9999999999 million", "9" * 40, f"SGD {'9' * 300} for 2 pens"]
)
def test_an_amount_beyond_any_ledger_is_asked_for(text: str) -> None:
    assert typed_amount(text) is None
    assert not read_sentence(text, TODAY).is_whole


def test_a_sentence_is_short_and_keeps_its_lines() -> None:
    assert sentence("a \t b\n\n \n\n c\nd") == "a b\n\n c\nd"
    assert len(sentence("ab" * LENGTH)) == LONGEST_SENTENCE


def test_the_whole_message_is_posted() -> None:
    body = "word " * 1_000 + "end"
    assert teams_post._words(source(f"post to Sales/General: {body}"), False) == body
    assert brand_check.text_in(f'check "{body}"') == body
    assert source(body).whole == body
