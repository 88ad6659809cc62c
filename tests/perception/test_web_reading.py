"""Pages as text and facts; rows, rights, courtesy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from weasyprint import HTML

from apps.accounts.models import User
from apps.perception.models import WebPage
from apps.perception.web import politeness
from apps.perception.web.crawling import crawl
from apps.perception.web.errors import PageError
from apps.perception.web.fetching import fetch
from apps.perception.web.mentions import addresses_in, without_addresses
from apps.perception.web.ranking import Passage, passages_of, rank
from apps.perception.web.reading import read_html
from apps.perception.web.services import read
from tests.conftest import Cast
from tests.standins.website import Website
from tests.standins.website_pages import page, restaurant

pytestmark = pytest.mark.django_db

URL = "https://kopigarden.example/"


class TestText:
    """Words, headings, tables, links."""

    def test_sections_follow_the_headings_without_navigation_and_scripts(self) -> None:
        found = read_html(restaurant().encode(), url=URL)
        assert [section.heading for section in found.sections][:3] == [
            "Kopi Garden",
            "Loyalty",
            "Opening hours",
        ]
        loyalty = found.sections[1].text
        assert "one stamp for each coffee" in loyalty
        assert "Contact us" not in found.text
        assert "schema.org" not in found.text

    def test_tables_and_links_are_kept(self) -> None:
        found = read_html(restaurant().encode(), url=URL)
        assert found.tables[0].caption == "When we are open"
        assert found.tables[0].header == ["Day", "Hours"]
        assert ["Weekend", "9 am to 11 pm"] in found.tables[0].rows
        links = {link.url: link.text for link in found.links}
        assert links["https://kopigarden.example/menu"] == "Menu"
        assert not any(url.startswith(("javascript", "mailto")) for url in links)

    @pytest.mark.parametrize(
        "target",
        ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " java\tscript:alert(1)", "data:text/html,x",
          "mailto:a@b.example",
         "http://127.0.0.1/", "http://user:pw@abc.example/", "file:///etc/passwd", "vbscript:x", "#top",
          "http://[::1]/"],
    )  # fmt: skip
    def test_links_lead_to_the_public_web_only(self, target: str) -> None:
        assert read_html(page(f'<a href="{target}">x</a>').encode(), url=URL).links == []

    def test_a_base_that_leads_inside_is_not_believed(self) -> None:
        html = page('<a href="x">x</a>', head='<base href="http://169.254.169.254/">')
        assert [link.url for link in read_html(html.encode(), url=URL).links] == [f"{URL}x"]

    def test_what_people_do_not_see_is_not_read(self) -> None:
        hidden = "".join(
            f"<p {attribute}>Secret order {number}</p>"
            for number, attribute in enumerate(
                ["hidden", "style='display: none'", "style='visibility:hidden'", "aria-hidden='true'",
                 "style='font-size:0'", "style='opacity: 0'"]
            )
        )  # fmt: skip
        silent = "<!-- Secret order 9 --><noscript>Secret order 8</noscript>"
        found = read_html(page(f"<p>Seen</p>{hidden}{silent}").encode(), url=URL)
        assert found.text == "Seen"

    @pytest.mark.parametrize(
        ("body", "charset", "expected"),
        [
            ("<p>金龙酒家</p>".encode("gb18030"), "", "金龙酒家"),
            ("<meta charset=gb2312><p>金龙酒家</p>".encode("gb18030"), "", "金龙酒家"),
            ("<p>金龍酒家</p>".encode("big5"), "big5", "金龍酒家"),
            ("<p>Café</p>".encode("cp1252"), "iso-8859-1", "Café"),
            ("<p>Café</p>".encode(), "utf-7", "Café"),
            (b"<p>+ADw-script+AD4-</p>", "utf-7", "+ADw-script+AD4-"),
            ("<p>Café</p>".encode(), "rot13", "Café"),
            ("<p>Café</p>".encode(), "no-such-thing", "Café"),
            ("\ufeff<p>Café</p>".encode("utf-16"), "ascii", "Café"),
            (b"<p>caf\xff\xfe\x00</p>", "utf-8", "caf"),
        ],
    )
    def test_strange_encodings_are_understood_or_survived(
        self, body: bytes, charset: str, expected: str
    ) -> None:
        assert expected in read_html(body, url=URL, charset=charset).text

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize(
        "html",
        ["", "   ", "\x00\x00", "<", "<html", "<p>" * 50_000, "<div>" * 50_000 + "x", "<a href='" * 20_000,
         "<!--" * 50_000, "<table>" + "<tr><td colspan=99999999>x" * 3000, "&#x0;&#xD800;&bogus;",
         "<script type='application/ld+json'>" + "[" * 100_000 + "</script>", "a@" * 100_000, "1-" * 100_000,
         "<meta " * 20_000, "<p>" + "x" * 2_000_000, "<b><i>" * 20_000],
    )  # fmt: skip
    def test_broken_and_hostile_html_is_survived(self, html: str) -> None:
        started = time.monotonic()
        read_html(html.encode("utf-8", "replace"), url=URL)
        assert time.monotonic() - started < 20

    def test_an_empty_page_of_scripts_says_that_it_needs_a_browser(self) -> None:
        shell = page("<div id=app></div><script src=/app.js></script>")
        assert read_html(shell.encode(), url=URL).needs_browser
        assert not read_html(restaurant().encode(), url=URL).needs_browser


class TestFacts:
    """What a page says of its owner."""

    def test_structured_data_contacts_and_menu(self) -> None:
        found = read_html(restaurant().encode(), url=URL)
        (organization,) = found.organizations
        assert (organization.kind, organization.name) == ("Restaurant", "Kopi Garden")
        assert organization.address == "12 Joo Chiat Road, Singapore, 427363"
        assert (found.dishes[0].part, found.dishes[0].name, found.dishes[0].price) == (
            "Mains",
            "Laksa",
            "SGD 12.50",
        )
        facts = {(fact.kind, fact.value) for fact in found.contacts}
        assert {
            ("email", "hello@kopigarden.example"), ("email", "catering@kopigarden.example"),
            ("phone", "+6561234567"), ("phone", "+6561234568"), ("social", "https://www.instagram.com/kopigarden"),
            ("social", "https://www.facebook.com/kopigarden"), ("hours", "Tu-Su 08:00-22:00"),
        } <= facts  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Write to info [at] abc.example", {"info@abc.example"}),
            ("logo@2x.png and a@b", set()),
            ("A@ABC.Example, b+c@abc.example.", {"a@abc.example", "b+c@abc.example"}),
        ],
    )
    def test_addresses_of_mail_are_found_and_pictures_are_none(self, text: str, expected: set[str]) -> None:
        found = read_html(page(f"<p>{text}</p>").encode(), url=URL)
        assert {fact.value for fact in found.contacts if fact.kind == "email"} == expected

    @pytest.mark.parametrize(
        ("host", "number", "expected"),
        [("abc.example", "6123 4567", "+6561234567"), ("abc.com.my", "03-2161 2345", "+60321612345"),
         ("abc.hk", "2345 6789", "+85223456789")],
    )  # fmt: skip
    def test_numbers_are_those_of_the_sites_country(self, host: str, number: str, expected: str) -> None:
        found = read_html(page(f"<p>Call {number}</p>").encode(), url=f"https://{host}/")
        assert [fact.value for fact in found.contacts if fact.kind == "phone"] == [expected]

    def test_the_date_of_an_article_is_what_it_says(self) -> None:
        head = "<meta property='article:published_time' content='2026-03-04T08:00:00Z'>"
        assert read_html(page("<p>x</p>", head=head).encode(), url=URL).published == "2026-03-04"


class TestRows:
    """Everything that was read is a row that the right people open."""

    def test_a_page_is_read_once_in_a_run_and_not_twice_within_minutes(
        self, site: Website, cast: Cast
    ) -> None:
        url, run = site.put("/", restaurant()), uuid4()
        first = read(user=cast.owner, url=url, run_id=run)
        assert read(user=cast.owner, url=url, run_id=run).row == first.row
        other = read(user=cast.outsider, url=url, run_id=uuid4()).row
        assert (other.source, other.fetched_at, other.user) == (
            first.row,
            first.row.fetched_at,
            cast.outsider,
        )
        assert site.paths() == ["/"]

    def test_an_older_copy_is_only_asked_about(self, site: Website, cast: Cast) -> None:
        url = site.put("/", restaurant(), headers={"ETag": '"v1"'})
        first = read(user=cast.owner, url=url).row
        WebPage.objects.filter(pk=first.pk).update(fetched_at=timezone.now() - timedelta(hours=2))
        site.put("/", status=304, headers={"ETag": '"v1"'})
        again = read(user=cast.owner, url=url)
        assert site.asked[-1].headers["if-none-match"] == '"v1"'
        assert "one stamp" in again.page.text

    def test_a_pdf_is_read_and_kept_as_a_file(self, site: Website, cast: Cast) -> None:
        pdf = HTML(string="<h1>Menu</h1><p>Chicken rice 5.50</p>").write_pdf()
        url = site.put("/menu.pdf", pdf, content_type="application/pdf")
        reading = read(user=cast.owner, url=url)
        assert "Chicken rice 5.50" in reading.page.text
        assert reading.row.artifact is not None
        assert reading.row.artifact.metadata == {"source_url": url}

    def test_a_table_is_read_and_a_disguised_program_is_not(self, site: Website, cast: Cast) -> None:
        url = site.put("/p.csv", "Dish,Price\nLaksa,12.50\n", content_type="text/csv")
        assert "Laksa" in read(user=cast.owner, url=url).page.text
        with pytest.raises(PageError):
            read(user=cast.owner, url=site.put("/x.pdf", b"MZ\x00\x01\x02", content_type="application/pdf"))

    @pytest.mark.parametrize(
        ("who", "sees"),
        [("owner", True), ("manager", True), ("executive", True), ("admin", True), ("colleague", False),
         ("outsider", False)],
    )  # fmt: skip
    def test_a_page_is_visible_as_its_run_is(
        self, site: Website, cast: Cast, browser_client: Callable[[User], Client], who: str, sees: bool
    ) -> None:
        cast.owner.department = cast.manager.department
        cast.owner.save()
        row = read(user=cast.owner, url=site.put("/", restaurant())).row
        person = getattr(cast, who)
        assert WebPage.objects.visible_to(person).filter(pk=row.pk).exists() is sees
        client = browser_client(person)
        listed = client.get("/admin/perception/webpage/")
        assert (row.title in listed.content.decode()) is sees
        assert (client.get(row.admin_url).status_code == 200) is sees

    def test_its_page_is_for_reading_and_escapes_everything(
        self, site: Website, cast: Cast, browser_client: Callable[[User], Client]
    ) -> None:
        row = read(
            user=cast.owner, url=site.put("/", page("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"))
        ).row
        client = browser_client(cast.owner)
        shown = client.get(row.admin_url).content.decode()
        assert "<script>alert(1)" not in shown
        assert "&lt;script&gt;alert(1)" in shown
        assert client.post(row.admin_url, {"title": "x"}).status_code in {302, 403}
        assert client.get("/admin/perception/webpage/add/").status_code == 403


class TestCourtesy:
    """robots.txt and the pace."""

    @pytest.mark.parametrize(
        ("rules", "status", "code"),
        [("User-agent: *\nDisallow: /p", 200, "robots"),
         ("User-agent: MezzofyBot\nDisallow: /", 200, "robots"),
         ("User-agent: Other\nDisallow: /", 200, ""), ("User-agent: *\nDisallow: /p\nAllow: /page", 200, ""),
         ("gone", 404, ""), ("no", 403, ""), ("down", 500, "robots_unknown"), ("busy", 503, "robots_unknown"),
         ("slow down", 429, "robots_unknown")],
    )  # fmt: skip
    def test_rules_are_kept_and_missing_ones_allow(
        self, site: Website, rules: str, status: int, code: str
    ) -> None:
        site.put("/robots.txt", rules, status=status, content_type="text/plain", headers={"Retry-After": "0"})
        url = site.put("/page", page("<p>x</p>"))
        if not code:
            assert fetch(url).status == 200
            return
        with pytest.raises(PageError) as caught:
            fetch(url)
        assert caught.value.code == code
        assert site.paths() == []

    def test_rules_are_asked_for_once_and_hold_for_redirections(self, site: Website) -> None:
        site.put("/robots.txt", "User-agent: *\nDisallow: /private", content_type="text/plain")
        site.put("/private/x", page("<p>x</p>"))
        for path in ("/a", "/b"):
            site.redirect(path, "/private/x")
            with pytest.raises(PageError, match=r"robots\.txt"):
                fetch(site.url(path))
        assert [asked.path for asked in site.asked].count("/robots.txt") == 1
        assert "/private/x" not in site.paths()

    def test_requests_to_one_site_keep_their_distance(self, site: Website, settings: Settings) -> None:
        settings.WEB = {**settings.WEB, "PAUSE": 0.3}
        url = site.put("/", page("<p>x</p>"))
        times: list[float] = []

        def ask() -> None:
            fetch(url)
            times.append(time.monotonic())

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        times.sort()
        assert times[-1] - times[0] >= 0.8

    def test_a_site_that_asks_for_a_pause_gets_it(self, site: Website) -> None:
        site.put("/", "busy", status=429, headers={"Retry-After": "120"})
        for _ in range(2):
            with pytest.raises(PageError, match=r"wait 1[12]"):
                fetch(site.url())
        assert site.paths() == ["/"]
        politeness._client.cache_clear()

    def test_without_redis_this_process_still_keeps_the_pace(
        self, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        monkeypatch.setattr(politeness, "_local", politeness._Local())
        politeness.take_turn("abc.example", pause=60, check=lambda: None)
        with pytest.raises(PageError, match="asks programs to wait"):
            politeness.take_turn("abc.example", pause=60, check=lambda: None)
        run = uuid4()
        for _ in range(30):
            politeness.count_page(run)
        with pytest.raises(PageError, match="30 pages"):
            politeness.count_page(run)

    def test_a_run_reads_so_many_pages_and_no_more(
        self, site: Website, cast: Cast, settings: Settings
    ) -> None:
        settings.WEB = {**settings.WEB, "PAGES_PER_RUN": 3}
        run = uuid4()
        for number in range(3):
            read(user=cast.owner, url=site.put(f"/{number}", page(f"<p>{number}</p>")), run_id=run)
        with pytest.raises(PageError, match="3 pages"):
            read(user=cast.owner, url=site.put("/4", page("<p>4</p>")), run_id=run)
        assert len(site.paths()) == 3


class TestSites:
    """Several pages."""

    def test_a_crawl_stays_on_the_site_and_takes_what_promises_most(self, site: Website, cast: Cast) -> None:
        with Website() as elsewhere:
            topics = ["loyalty-programme", "careers", "history", "login", "privacy"]
            links = "".join(f"<a href='/{topic}'>{topic.replace('-', ' ')}</a> " for topic in topics)
            for topic in topics:
                site.put(f"/{topic}", page(f"<p>All about {topic}: " + f"{topic} " * 20 + "</p>"))
            outside = elsewhere.put("/x", page("<p>x</p>"))
            url = site.put(
                "/", page(f"<p>Welcome.</p>{links}<a href='{outside}'>loyalty programme points</a>")
            )
            found = crawl(
                user=cast.owner, url=url, question="How does the loyalty programme work?", max_pages=3
            )
            assert site.paths()[:2] == ["/", "/loyalty-programme"]
            assert len(found.readings) == 3
            assert "/login" not in site.paths()
            assert elsewhere.asked == []

    def test_pages_that_fail_are_told_and_the_rest_is_read(self, site: Website, cast: Cast) -> None:
        site.put("/b", page("<p>Fine</p>"))
        url = site.put("/", page("<a href='/a'>a</a><a href='/b'>b</a>"))
        found = crawl(user=cast.owner, url=url, max_pages=10)
        assert [reading.page.url for reading in found.readings] == [url, site.url("/b")]
        assert [refused for refused, _ in found.refusals] == [site.url("/a")]


class TestRanking:
    """Which passages answer."""

    def test_the_passage_that_answers_comes_first(self) -> None:
        found = read_html(restaurant().encode(), url=URL)
        passages = passages_of(found.sections)
        best = rank("How many branches are there?", passages)[0]
        assert "three branches" in best.passage.text
        assert best.passage.heading == "Our branches"

    def test_chinese_questions_find_chinese_passages(self) -> None:
        passages = [
            Passage("", text)
            for text in ("本店周一休息，营业时间为早上八点。", "会员积分一年后过期。", "停车场在地下。")
        ]
        assert "积分" in rank("会员积分什么时候过期？", passages)[0].passage.text

    def test_without_a_question_passages_keep_their_order(self) -> None:
        passages = [Passage("", f"Passage {number}") for number in range(9)]
        assert [ranked.passage for ranked in rank("", passages, limit=3)] == passages[:3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://abc.example/a?b=1.", ["https://abc.example/a?b=1"]),
        ("(https://abc.example/a_(b)) and abc.com,", ["https://abc.example/a_(b)", "https://abc.com"]),
        ("看看www.abc.com.sg这个网站", ["https://www.abc.com.sg"]),
        ("看看https://abc.example/菜单，谢谢", ["https://abc.example/%E8%8F%9C%E5%8D%95"]),
        ("write to me@abc.com or open leads.csv and v1.2.3", []),
        ("http://127.0.0.1/ is ours", []),
        ("HTTP://ABC.Example", ["http://abc.example"]),
        ("http://localhost/ javascript:alert(1) ftp://abc.example", []),
        ("abc.com abc.com", ["https://abc.com"]),
    ],
)
def test_addresses_are_found_as_people_write_them(text: str, expected: list[str]) -> None:
    assert addresses_in(text) == expected


def test_a_sentence_without_its_addresses_keeps_its_words() -> None:
    assert without_addresses("What does https://abc.example/x sell?", "it") == "What does it sell?"
