"""A table of entries in the chat: told apart from a receipt, shown, agreed to, recorded as drafts."""

from __future__ import annotations

from apps.assistant.skillkit import SkillContext, SkillResult
from apps.assistant.toolkit import ToolError
from apps.core.markdown import escape, table
from apps.finance.tools import EntryTable, read_entry_table, record_entry_table


def from_table(ctx: SkillContext, file_id: str) -> SkillResult:
    """What the file holds; drafts of its rows when all of it makes sense and a person agrees."""
    found = ctx.call(read_entry_table, artifact_id=file_id)
    name = escape(found.file_name)
    head = f"**{name}** is a table of {_rows(found.rows)}, so I did not read it as a receipt."
    data = found.model_dump(mode="json")
    if reason := _why_not(found):
        return SkillResult(text=f"{head} **Nothing was recorded**: {reason}", data=data)
    known = f"; {_rows(found.known)} more are in the ledger already and are left out" if found.known else ""
    ctx.say(f"{head} It would become {_drafts(found.new)} ({', '.join(found.sums)}){known}.\n\n")
    try:
        taken = ctx.call(record_entry_table, artifact_id=file_id)
    except ToolError as error:
        text = f"**Nothing was recorded**: {escape(error.detail)} {_page(found)}"
        return SkillResult(text=text, data=data)
    link = f"[the drafts]({taken.url})"
    text = f"**{_drafts(taken.drafts)} recorded.** They count once somebody posts them: {link}."
    return SkillResult(text=text, data=taken.model_dump(mode="json"))


def _why_not(found: EntryTable) -> str:
    """Why none of it can be taken, and what to do; "" when it can."""
    if found.missing:
        columns = ", ".join(f"“{escape(name)}”" for name in found.missing)
        wanted = "A list of entries has Date, Category, From or to and Amount."
        return f"it has no column {columns}. {wanted} {_page(found)}"
    if found.wrong:
        rows = [[str(row.row), escape(" ".join(row.reasons), 300)] for row in found.wrong]
        more = found.wrong_rows - len(rows)
        rest = f"\n\n… and {more:,} more." if more else ""
        named = (
            f"row {rows[0][0]} is faulty"
            if found.wrong_rows == 1
            else f"{found.wrong_rows:,} rows are faulty"
        )
        listed = table([("Row", "right"), ("What is wrong", "left")], rows)
        return f"{named}. Correct the file and send it again. {_page(found)}\n\n{listed}{rest}"
    return "" if found.new else f"all of it is in the ledger already. {_page(found)}"


def _page(found: EntryTable) -> str:
    return f"The page [Ledger → Import]({found.import_url}) takes such files too, with a preview of each row."


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _drafts(count: int) -> str:
    return f"{count:,} draft{'' if count == 1 else 's'}"
