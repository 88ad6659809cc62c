"""What waits for the person: the sections of the home page, in words."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.toolkit import ToolContext, tool
from apps.core.home import AgendaRow, FilledSection, agenda_of


class AgendaLine(BaseModel):
    """One thing to do; `url` opens it. `badge` is how urgent it is ("2 days late")."""

    title: str
    note: str
    badge: str
    url: str


class AgendaPart(BaseModel):
    """Things to do of one kind. `total` is a text ("3", "20+"), `lines` are the most urgent of them, `empty`
    is what to say when there are none.
    """

    key: str
    title: str
    total: str
    url: str
    empty: str
    lines: list[AgendaLine]


@tool(
    permission="assistant.use_assistant",
    read_only=True,
    second_hand=True,
    summary="Looking at what waits for you …",
)
def my_agenda(ctx: ToolContext) -> list[AgendaPart]:
    """What waits for the user now: follow-ups and tasks that are due, questions of agents to decide, leads
    that went quiet or have no owner, entries to post, runs that failed. The same as on the home page.
    """
    return [_part(filled) for filled in agenda_of(ctx.user, ctx.now)]


def _part(filled: FilledSection) -> AgendaPart:
    return AgendaPart(
        key=filled.section.key,
        title=str(filled.section.title),
        total=filled.agenda.total,
        url=filled.agenda.url,
        empty=str(filled.section.empty),
        lines=[_line(row) for row in filled.agenda.rows],
    )


def _line(row: AgendaRow) -> AgendaLine:
    return AgendaLine(title=row.title, note=row.note, badge=row.badge, url=row.url)
