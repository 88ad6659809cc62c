"""A model asks tables through the same tools: it plans, the engine computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.assistant.choices import RunStatus
from apps.assistant.models import Run
from tests.conftest import Cast
from tests.standins.messages_api import MessagesApi
from tests.standins.messages_script import Call, Reply

pytestmark = pytest.mark.django_db(transaction=True)
Turn = Callable[..., Run]
Upload = Callable[..., Artifact]
TABLE = "Outlet,Amount\nOrchard,0.10\nBugis,7.25\nOrchard,0.20\nJurong,9.00\n"
BY_OUTLET = {
    "dimensions": [{"column": "Outlet"}],
    "measures": [{"function": "sum", "column": "Amount"}],
    "order": [{"descending": True}],
}


def results(messages_api: MessagesApi, request: int = -1) -> list[dict[str, Any]]:
    """What the tools answered, as the model was told."""
    content = messages_api.requests[request].body["messages"][-1]["content"]
    return [block for block in content if block["type"] == "tool_result"]


def test_the_model_describes_asks_and_draws(
    cast: Cast, turn: Turn, upload: Upload, messages_api: MessagesApi
) -> None:
    file = upload(cast.owner, "orders.csv", TABLE)
    key = str(file.pk)
    messages_api.reply(Reply(tool_calls=[Call("describe_table", {"artifact_id": key})]))
    messages_api.reply(
        Reply(
            tool_calls=[
                Call("query_table", {"artifact_id": key, "query": BY_OUTLET}),
                Call("chart_table", {"artifact_id": key, "query": BY_OUTLET, "kind": "bar"}),
            ]
        )
    )
    messages_api.reply(Reply(text="Jurong leads with 9.00 [1]."))
    run = turn(cast.owner, "which outlet sold most?", file)

    assert (run.status, run.mode) == (RunStatus.COMPLETED, "claude")
    described, computed = str(results(messages_api, 1)), str(results(messages_api, 2))
    assert "Outlet" in described
    assert all(value in computed for value in ("9.00", "7.25", "0.30"))
    assert run.artifacts.filter(kind=Kind.IMAGE).count() == 1
    assert all(step.untrusted for step in run.steps.filter(name__endswith="_table"))
    assert run.reply.citations[0]["label"] == "orders.csv"


def test_a_query_that_does_not_fit_comes_back_as_a_sentence(
    cast: Cast, turn: Turn, upload: Upload, messages_api: MessagesApi
) -> None:
    file = upload(cast.owner, "orders.csv", TABLE)
    key = str(file.pk)
    wrong = [
        {"measures": [{"function": "sum", "column": "Revenue"}]},
        {"measures": [{"function": "sum", "column": "Outlet"}]},
        {"measures": [{"function": "evaluate", "column": "Amount"}]},
        {"sql": "SELECT 1"},
    ]
    messages_api.reply(
        Reply(tool_calls=[Call("query_table", {"artifact_id": key, "query": query}) for query in wrong])
    )
    messages_api.reply(Reply(text="I could not ask that."))
    assert turn(cast.owner, "revenue?", file).status == RunStatus.COMPLETED
    told = results(messages_api)
    assert [block["is_error"] for block in told] == [True] * 4
    assert "It has: “Outlet”, “Amount”" in str(told[0]["content"])
    assert "holds no numbers" in str(told[1]["content"])


def test_the_skill_is_a_tool_for_the_model(
    cast: Cast, turn: Turn, upload: Upload, messages_api: MessagesApi
) -> None:
    file = upload(cast.owner, "orders.csv", TABLE)
    asked = {"file": str(file.pk), "question": "total amount by outlet"}
    messages_api.reply(Reply(tool_calls=[Call("skill_data_analysis", asked)]))
    messages_api.reply(Reply(text="Done [1]."))
    run = turn(cast.owner, "please", file)
    assert run.status == RunStatus.COMPLETED
    assert "Computed from 4 of 4 rows" in str(results(messages_api))


def test_the_file_of_somebody_else_is_no_file_for_the_model(
    cast: Cast, turn: Turn, upload: Upload, messages_api: MessagesApi
) -> None:
    theirs = upload(cast.outsider, "secret.csv", TABLE)
    messages_api.reply(
        Reply(tool_calls=[Call("query_table", {"artifact_id": str(theirs.pk), "query": BY_OUTLET})])
    )
    messages_api.reply(Reply(text="There is no such file."))
    turn(cast.owner, "sum it")
    [told] = results(messages_api)
    assert told["is_error"]
    assert "Orchard" not in str(told["content"])
