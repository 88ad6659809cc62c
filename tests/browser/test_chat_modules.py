"""What the modules of the chat promise each other, tried in a real browser without a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route, expect

ORIGIN = "http://modules.test"
STATIC = Path(settings.BASE_DIR) / "static"

Run = Callable[..., Any]


@pytest.fixture
def run(page: Page) -> Run:
    """`run("file.js", "(module, arg) => …", arg)`: what the function returns, given a module of the chat."""

    def serve(route: Route) -> None:
        path = STATIC / route.request.url.removeprefix(f"{ORIGIN}/").partition("?")[0]
        if path.is_file():
            route.fulfill(path=path, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><body></body>", content_type="text/html")

    page.route(f"{ORIGIN}/**", serve)
    page.goto(f"{ORIGIN}/")

    def call(module: str, function: str, arg: Any = None) -> Any:
        script = f"async (arg) => ({function})(await import('{ORIGIN}/chat/{module}'), arg)"
        return page.evaluate(script, arg)

    return call


PASS_THROUGH_GATE = """({ EventGate }, events) => {
    const passed = [], asked = [];
    const deliver = (event, repeat) => passed.push([event.seq, repeat]);
    const gate = new EventGate(deliver, (after) => asked.push(after));
    for (const [seq, prev] of events) gate.accept({ type: "x", seq, prev });
    return { passed, asked };
}"""


def test_events_pass_in_order_though_their_numbers_leave_holes(run: Run) -> None:
    outcome = run("event_gate.js", PASS_THROUGH_GATE, [[1, 0], [4, 1], [9, 4]])
    assert outcome == {"passed": [[1, False], [4, False], [9, False]], "asked": []}


def test_an_event_that_came_too_early_waits_for_the_missing_one(run: Run) -> None:
    outcome = run("event_gate.js", PASS_THROUGH_GATE, [[1, 0], [5, 3], [7, 5], [3, 1]])
    assert [seq for seq, _ in outcome["passed"]] == [1, 3, 5, 7]
    assert outcome["asked"] == [1]


def test_a_repeated_event_is_told_as_a_repeat(run: Run) -> None:
    outcome = run("event_gate.js", PASS_THROUGH_GATE, [[1, 0], [2, 1], [1, 0], [2, 1], [3, 2]])
    assert outcome["passed"] == [[1, False], [2, False], [1, True], [2, True], [3, False]]


WRITE = """({ RunText }, pieces) => {
    const text = new RunText();
    const taken = pieces.map(([piece, offset, repeat]) => text.write(piece, offset, repeat));
    return { value: text.value, length: text.length, taken };
}"""


def test_offsets_count_characters_and_not_the_units_of_javascript(run: Run) -> None:
    assert run("run_text.js", WRITE, [["🎟️ a", 0, False], ["😀!", 4, False]])["value"] == "🎟️ a😀!"


def test_text_that_was_written_before_is_not_written_twice(run: Run) -> None:
    pieces = [["one ", 0, False], ["two ", 4, False], ["one ", 0, True], ["two ", 4, True], ["3", 8, False]]
    assert run("run_text.js", WRITE, pieces)["value"] == "one two 3"


def test_a_run_that_words_its_answer_anew_replaces_the_old_words(run: Run) -> None:
    pieces = [["You have 7 leads today", 0, False], ["6 leads", 9, False]]
    assert run("run_text.js", WRITE, pieces)["value"] == "You have 6 leads"


def test_text_after_a_hole_is_refused(run: Run) -> None:
    outcome = run("run_text.js", WRITE, [["abc", 0, False], ["z", 9, False]])
    assert (outcome["value"], outcome["taken"]) == ("abc", [True, False])


APPLY = """async ({ applyEvent }, events) => {
    const { newSession } = await import("/chat/session_state.js");
    const { timeline } = await import("/chat/timeline.js");
    const session = newSession("s", { askForMissed() {} });
    for (const [event, repeat] of events) applyEvent(session, event, repeat);
    return timeline(session).map(({ run }) => ({
        status: run.status, text: run.text.value, files: run.artifacts.length,
        steps: [...run.steps.values()].map((step) => step.state),
        approvals: run.approvals.map((approval) => approval.status),
    }));
}"""
STORY: list[dict[str, Any]] = [
    {"type": "run.started", "run_id": "r", "agent": "sales"},
    {"type": "tool.started", "run_id": "r", "step": "1", "summary": "Reading …"},
    {"type": "artifact.created", "run_id": "r", "artifact": {"id": "a", "name": "x.csv"}},
    {"type": "tool.finished", "run_id": "r", "step": "1", "ok": True},
    {"type": "text.delta", "run_id": "r", "text": "Hello ", "offset": 0},
    {"type": "text.delta", "run_id": "r", "text": "there", "offset": 6},
]
REPLY = {"content": "Hello there", "citations": []}
END = {"type": "run.completed", "run_id": "r", "response": {"reply": REPLY}}


def test_a_replay_changes_nothing(run: Run) -> None:
    once = run("events.js", APPLY, [[event, False] for event in STORY])
    twice = run("events.js", APPLY, [[event, repeat] for repeat in (False, True) for event in STORY])
    assert once == twice
    [shown] = once
    assert (shown["text"], shown["files"], shown["steps"]) == ("Hello there", 1, ["ok"])


def test_a_run_that_is_over_takes_no_more_events(run: Run) -> None:
    late = {"type": "run.failed", "run_id": "r", "code": "late", "detail": "too late"}
    [shown] = run("events.js", APPLY, [[event, False] for event in [*STORY, END, late]])
    assert shown["status"] == "completed"


def test_a_cancelled_run_leaves_nothing_running_or_asking(run: Run) -> None:
    asks = {"type": "approval.requested", "run_id": "r", "approval": {"id": "p", "summary": "Send?"}}
    events = [*STORY[:2], asks, {"type": "run.cancelled", "run_id": "r"}]
    [shown] = run("events.js", APPLY, [[event, False] for event in events])
    assert (shown["steps"], shown["approvals"]) == (["failed"], ["expired"])


ANSWER = """async ({ ApprovalCard }, { approval, changes }) => {
    const { ApiError } = await import("http://modules.test/chat/api.js");
    const sent = [];
    const card = new ApprovalCard(approval, async (_, decision) => {
        sent.push(decision.arguments);
        throw new ApiError(403, "four_eyes", "Somebody else has to agree. These people may decide it: Mona.");
    });
    card.update();
    document.body.replaceChildren(card.element);
    const buttons = () => [...card.element.querySelectorAll("button")];
    const press = (label) => buttons().find((one) => one.textContent.includes(label)).click();
    const before = card.element.innerText;
    press("Edit");
    const fields = [...card.element.querySelectorAll(".argument-fields input")];
    for (const field of fields) if (field.value in changes) field.value = changes[field.value];
    press("Approve");
    await new Promise((done) => setTimeout(done));
    return { before, after: card.element.innerText, fields: fields.length, sent };
}"""
QUESTION = {
    "id": "a", "tool": "send_mail", "summary": "Mail to Wok", "status": "pending",
    "why": "Goes out to a@x.sg.",
    "arguments": {
        "to": ["a@x.sg", "b@x.sg"], "amount": 5, "lead_id": "01a2-raw", "artifact_ids": ["01a3-raw"],
    },
    "preview": {"lines": [["To", "a@x.sg, b@x.sg"]], "body": "Dear Wok"},
}  # fmt: skip


def test_a_refused_answer_leaves_the_question_readable_and_says_who_may(run: Run) -> None:
    told = run("views/approvals.js", ANSWER, {"approval": QUESTION, "changes": {"5": "50"}})
    for shown in (told["before"], told["after"]):
        assert "Dear Wok" in shown
        assert "Goes out to a@x.sg." in shown
        assert "-raw" not in shown
    assert "These people may decide it: Mona." in told["after"]
    assert told["sent"] == [{**QUESTION["arguments"], "amount": 50}]


def test_addresses_are_edited_in_one_line_and_ids_are_kept(run: Run) -> None:
    changes = {"a@x.sg, b@x.sg": "c@x.sg; b@x.sg ,"}
    told = run("views/approvals.js", ANSWER, {"approval": QUESTION, "changes": changes})
    assert told["fields"] == 2
    assert told["sent"] == [{**QUESTION["arguments"], "to": ["c@x.sg", "b@x.sg"]}]


LABELS = """async ({ ApprovalCard }, { approval, cc }) => {
    const sent = [];
    const card = new ApprovalCard(approval, async (_, decision) => { sent.push(decision.arguments); });
    card.update();
    document.body.replaceChildren(card.element);
    const buttons = () => [...card.element.querySelectorAll("button")];
    const press = (label) => buttons().find((one) => one.textContent.includes(label)).click();
    press("Edit");
    const rows = [...card.element.querySelectorAll(".argument-fields label")];
    rows[1].querySelector("input").value = cc;
    press("Approve");
    await new Promise((done) => setTimeout(done));
    return { labels: rows.map((row) => row.querySelector("span").textContent), sent };
}"""


@pytest.mark.parametrize(("cc", "added"), [("", {}), ("boss@x.sg, c@x.sg", {"cc": ["boss@x.sg", "c@x.sg"]})])
def test_a_mail_is_edited_in_the_order_and_with_the_fields_of_the_queue(
    run: Run, cc: str, added: dict[str, list[str]]
) -> None:
    mail = {"to": ["a@x.sg"], "body": "Dear Wok", "subject": "Stamps"}
    fields = [["to", "texts"], ["cc", "texts"], ["subject", "text"], ["body", "text"], ["lead_id", "text"]]
    given = {**QUESTION, "arguments": mail, "fields": fields}
    told = run("views/approvals.js", LABELS, {"approval": given, "cc": cc})
    assert told["labels"] == ["To", "Cc", "Subject", "Body"]
    assert told["sent"] == [{**mail, **added}]


def test_a_question_for_a_second_person_names_those_who_may_answer(run: Run) -> None:
    script = """({ ApprovalCard }, approval) => {
        const card = new ApprovalCard(approval, async () => {});
        card.update();
        document.body.replaceChildren(card.element);
        return [card.element.innerText, card.element.querySelector("button.is-primary").disabled];
    }"""
    given = {**QUESTION, "four_eyes": True, "deciders": ["Mona", "Eve"]}
    text, is_disabled = run("views/approvals.js", script, given)
    assert "Mona, Eve" in text
    assert is_disabled


DRAW = """({ Prose }, { text, citations = [] }) => {
    const prose = new Prose();
    prose.update(text, { streaming: false, citations });
    return prose.element.innerHTML;
}"""


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hello)",
        "![x](https://elsewhere.example/pixel.png)",
        "<svg><script>alert(1)</script></svg>",
        "text\n<div onclick='alert(1)' style='position:fixed'>x</div>",
        "| a |\n|---|\n| <iframe src=//x></iframe> |",
    ],
)
def test_markdown_brings_no_script_no_foreign_picture_and_no_style(run: Run, page: Page, text: str) -> None:
    html = run("views/prose.js", DRAW, {"text": text})
    page.evaluate("(html) => { document.body.innerHTML = html; }", html)
    assert page.locator("img, script, iframe, [onclick], [onerror], [style]").count() == 0
    assert page.locator("a[href^='javascript'], a[href^='data']").count() == 0


def test_a_number_in_brackets_leads_to_its_source_and_others_stay_text(run: Run, page: Page) -> None:
    source = {"kind": "crm.lead", "id": "1", "label": "Golden Wok", "url": "/admin/crm/lead/1/change/"}
    html = run("views/prose.js", DRAW, {"text": "Golden Wok [1], shelf [12].", "citations": [source]})
    page.evaluate("(html) => { document.body.innerHTML = html; }", html)
    assert page.locator("a").get_attribute("href") == source["url"]
    assert page.locator("a").get_attribute("aria-label") == "Source 1: Golden Wok"
    assert "[12]" in page.locator("body").inner_text()


GROW = """({ Prose }, text) => {
    const whole = new Prose(), growing = new Prose();
    whole.update(text, { streaming: false, citations: [] });
    for (let end = 1; end <= text.length; end += 3) {
        growing.update(text.slice(0, end), { streaming: true, citations: [] });
    }
    growing.update(text, { streaming: false, citations: [] });
    return [whole.element.innerHTML, growing.element.innerHTML];
}"""
MIXED = """# Leads

Some **bold** words, a [link](https://example.com) and `code`.

- one

- two, after an empty line
  - inner

| Lead | Value |
|---|--:|
| Golden Wok [1] | 14,400 |
| Kopi & Kin | 9,600 |

```python
print("**not bold**")
```

1. first
2. second

> quoted
> twice

Last words ~~gone~~ and <b>raw</b>.
"""


def test_text_that_grows_ends_as_if_it_had_come_at_once(run: Run) -> None:
    whole, grown = run("views/prose.js", GROW, MIXED)
    assert grown == whole


@pytest.mark.parametrize(
    ("unfinished", "shown"),
    [
        ("a **bo", "a **bo**"),
        ("see [the pri", "see "),
        ("see [x](https://exa", "see "),
        ("x\n\n| a | b |\n|--", "x\n"),
        ("| a |\n|---|\n| 1", "| a |\n|---|\n| 1"),
        ('```py\nx = "**"', '```py\nx = "**"'),
    ],
)
def test_unfinished_markdown_does_not_flash(run: Run, unfinished: str, shown: str) -> None:
    assert run("markdown.js", "({ settled }, text) => settled(text)", unfinished) == shown


def test_a_file_of_rows_opens_as_a_table_and_asks_for_no_picture(run: Run, page: Page) -> None:
    asked: list[str] = []

    def rows(route: Route) -> None:
        asked.append(route.request.url.removeprefix(f"{ORIGIN}/api/files/"))
        table = {"columns": ["Outlet", "Guests"], "rows": [["金龙酒家", "12"], ["B", "3"]], "more": True}
        route.fulfill(json=table)

    page.route(f"{ORIGIN}/api/**", rows)
    file = {
        "id": "f1",
        "name": "x.xlsx",
        "type": "xlsx",
        "size_bytes": 9,
        "download_url": "/api/files/f1/download",
    }
    run(
        "views/artifacts.js",
        "({ artifactCard }, file) => { document.body.append(artifactCard(file)); }",
        file,
    )
    page.get_by_role("button", name="Preview x.xlsx").press("Enter")
    expect(page.get_by_role("cell", name="金龙酒家")).to_be_visible()
    expect(page.get_by_role("cell", name="12")).to_have_class("is-number")
    expect(page.get_by_text("The first 2 rows.")).to_be_visible()
    # The keys that scroll work at once, and Escape leads back to the card.
    expect(page.get_by_role("region", name="x.xlsx")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Preview x.xlsx")).to_be_focused()
    assert asked == ["f1/rows"]


READ_AN_ANSWER = """async ({ Scroller }, heights) => {
    document.body.innerHTML = `<div id=view style="height:400px;overflow-y:auto"><div id=all>
      <div style="height:1000px"></div><div id=answer></div></div></div><button id=jump></button>`;
    const [view, all, answer, jump] =
        ["view", "all", "answer", "jump"].map((id) => document.getElementById(id));
    const scroller = new Scroller(view, all, jump);
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const places = [];
    scroller.hold(answer);
    scroller.toNewest();
    for (const height of heights) {
        answer.style.height = `${height}px`;
        await frame();
        await frame();
        const top = Math.round(answer.getBoundingClientRect().top - view.getBoundingClientRect().top);
        places.push([top, jump.hidden]);
    }
    return places;
}"""


def test_a_long_answer_is_followed_until_its_beginning_reaches_the_top(run: Run) -> None:
    """Pixels between the top of the view and the answer's, and whether the way down is needless."""
    places = run("views/scroller.js", READ_AN_ANSWER, [100, 300, 900, 2000])
    assert places == [[300, True], [100, True], [12, False], [12, False]]


def test_a_long_answer_opens_at_its_beginning(run: Run) -> None:
    assert run("views/scroller.js", READ_AN_ANSWER, [2000]) == [[12, False]]


A_QUESTION_IN_AN_ANSWER = """async ({ Scroller }, before) => {
    document.body.innerHTML = `<div id=view style="height:400px;overflow-y:auto"><div id=all>
      <div style="height:1000px"></div><div id=answer><div style="height:${before}px"></div>
      <section class="approval is-pending" style="height:330px"><button id=yes>Yes</button></section>
      </div></div></div><button id=jump></button>`;
    const [view, all, answer, jump] =
        ["view", "all", "answer", "jump"].map((id) => document.getElementById(id));
    const scroller = new Scroller(view, all, jump);
    scroller.hold(answer);
    scroller.toNewest();
    return Math.round(view.scrollHeight - view.scrollTop - view.clientHeight);
}"""


@pytest.mark.parametrize(("before", "below"), [(150, 0), (600, 542)])
def test_the_buttons_of_a_question_are_in_sight_unless_the_answer_before_it_is_long(
    run: Run, before: int, below: int
) -> None:
    """Pixels below the view: none, or what is left when a long answer stands at its beginning."""
    assert run("views/scroller.js", A_QUESTION_IN_AN_ANSWER, before) == below


A_QUESTION_BELOW = """({ JumpButton }, { Scroller }) => {
    document.body.innerHTML = `<div id=view style="height:400px;overflow-y:auto"><ol id=all>
      <li style="height:1000px"></li>
      <li class="approval is-pending" id=card tabindex=-1 style="height:300px">?</li>
      </ol></div><button id=jump></button>`;
    const [view, all, jump] = ["view", "all", "jump"].map((id) => document.getElementById(id));
    const scroller = new Scroller(view, all, jump);
    scroller.hold(all.firstElementChild); // the long answer, which is read from its beginning
    new JumpButton(jump, all, scroller);
}"""


def test_the_way_down_says_that_a_decision_is_needed_there(page: Page, run: Run) -> None:
    run("views/scroller.js", "(scrolling) => { window.scrolling = scrolling; }")
    run("views/jump_button.js", f"(jumping) => ({A_QUESTION_BELOW})(jumping, window.scrolling)")
    way = page.get_by_role("button", name="Your decision is needed below")
    expect(way).to_have_text("Your decision is needed below")
    way.press("Enter")
    expect(page.locator("#card")).to_be_in_viewport()
    expect(page.locator("#card")).to_be_focused()
    expect(way).to_be_hidden()
    page.locator("#card").evaluate("card => card.classList.remove('is-pending')")
    page.locator("#view").evaluate("view => view.scrollTo(0, 0)")
    expect(page.get_by_role("button", name="Jump to the latest message")).to_be_visible()


def test_escape_in_a_question_leaves_the_field_and_stops_nothing(page: Page, run: Run) -> None:
    run(
        "views/approvals.js",
        """({ ApprovalCard }) => {
            const card = new ApprovalCard(
                { id: "1", tool: "mail.send", summary: "Send it", status: "pending",
                  arguments: { to: "a@b.c" } },
                async () => {});
            card.update();
            document.body.replaceChildren(card.element);
            window.stopped = 0;
            document.addEventListener("keydown", (event) => {
                if (event.key === "Escape" && !event.defaultPrevented) window.stopped += 1;
            });
        }""",
    )
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("To", exact=True).fill("x@y.z")
    page.keyboard.press("Escape")
    expect(page.get_by_label("To", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Edit")).to_be_focused()
    page.get_by_label("Note (optional)").press("Escape")
    assert page.evaluate("window.stopped") == 0
    page.keyboard.press("Escape")
    assert page.evaluate("window.stopped") == 1
