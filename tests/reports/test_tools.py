"""Reports in the hands of the agents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from pypdf import PdfReader

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.assistant import reporting
from apps.assistant.agents import agents
from apps.assistant.choices import RunStatus
from apps.assistant.running.runner import execute
from apps.assistant.services import start_run
from apps.assistant.toolkit import Tool, ToolError, tools
from apps.core.errors import Invalid
from apps.core.registry import Registry
from apps.core.reporting import Report, reports
from apps.reports.choices import Format
from tests.conftest import Cast
from tests.reports.conftest import NOW

pytestmark = pytest.mark.django_db


@dataclass
class Bench:
    """What a tool sees of a run."""

    user: User
    run_id: UUID = field(default_factory=uuid4)
    now: datetime = NOW
    kept: list[Artifact] = field(default_factory=list)

    def progress(self, text: str) -> None:
        """Nobody is waiting."""

    def keep(self, artifact: Artifact) -> None:
        self.kept.append(artifact)


@pytest.fixture
def declared(sample: Report, monkeypatch: pytest.MonkeyPatch) -> Registry[Tool]:
    """The tools of all reports, the sample among them."""
    registry: Registry[Tool] = Registry("tools")
    monkeypatch.setattr(reporting, "tools", registry)
    reporting.declare()
    return registry


def call(registry: Registry[Tool], name: str, user: User, **arguments: Any) -> Any:
    tool = registry.get(name)
    assert tool is not None
    checked = tool.arguments.model_validate(arguments)
    bench = Bench(user)
    found = tool.function(bench, **{name: getattr(checked, name) for name in type(checked).model_fields})
    return tool.returns.dump_python(found, mode="json"), bench


def test_every_report_is_a_tool_of_every_agent() -> None:
    for report in reports:
        tool = tools.get(f"report_{report.key}")
        assert tool is not None
        assert tool.read_only
        assert tool.qualified_name == f"reports.report_{report.key}"
        assert all(agent.may_use(tool) for agent in agents().values())


def test_a_tool_is_absent_for_those_who_may_not_read_the_report(cast: Cast, declared: Registry[Tool]) -> None:
    tool, export = declared.get("report_sample"), declared.get("export_report")
    assert tool is not None
    assert export is not None
    for user in (cast.executive, cast.manager):
        assert tool.allowed(user)
        assert export.allowed(user)
    assert not tool.allowed(cast.outsider)
    cast.outsider.is_active = False
    assert not export.allowed(cast.outsider)


def test_arguments_are_the_filters_of_the_report(declared: Registry[Tool]) -> None:
    tool = declared.get("report_sample")
    assert tool is not None
    assert {"period", "region", "at_least"} <= set(tool.input_schema["properties"])
    with pytest.raises(ValidationError):
        tool.arguments.model_validate({"colour": "red"})


def test_a_report_is_read_in_words_with_its_source(cast: Cast, declared: Registry[Tool]) -> None:
    found, _bench = call(declared, "report_sample", cast.executive, region="north", period="last_month")
    assert (found["period"], found["time_zone"]) == ("1 October 2026 to 31 October 2026", "Asia/Singapore")
    assert found["filters"]["Region"] == "North"
    assert found["figures"][0]["value"] == "47"
    assert found["figures"][0]["change"] == "▲ 17.5 %"
    assert found["tables"][0]["rows"][1][:3] == ["Name 1 陈记", "1", "2.25"]
    assert found["citation"]["url"] == "/admin/reports/sample/?period=last_month&region=north"


def test_a_model_gets_fifty_rows_and_is_told_of_the_rest(cast: Cast, declared: Registry[Tool]) -> None:
    found, _bench = call(declared, "report_sample", cast.executive, rows=70)
    assert len(found["tables"][0]["rows"]) == 50
    assert "The first 50 of 70 rows" in found["tables"][0]["note"]


def test_a_choice_that_is_not_the_users_is_refused_with_those_that_are(
    cast: Cast, declared: Registry[Tool]
) -> None:
    with pytest.raises(Invalid, match="north, south"):
        call(declared, "report_sample", cast.executive, region="secret")


def test_a_report_is_attached_as_a_file(cast: Cast, declared: Registry[Tool]) -> None:
    for kind in Format.values:
        found, bench = call(
            declared, "export_report", cast.executive, report="sample", format=kind, filters={"rows": 2}
        )
        assert [str(artifact.pk) for artifact in bench.kept] == [found["artifact_id"]]
        assert bench.kept[0].owner == cast.executive
        assert bench.kept[0].lineage.run_id == bench.run_id
        assert found["figures"][0]["value"] == "47"


def test_an_unknown_report_is_refused_with_those_there_are(cast: Cast, declared: Registry[Tool]) -> None:
    with pytest.raises(ToolError, match="sample"):
        call(declared, "export_report", cast.executive, report="nothing")
    with pytest.raises(ToolError):
        call(declared, "export_report", cast.owner, report="sample")


@pytest.mark.django_db(transaction=True)
def test_the_weekly_report_is_the_management_report_as_a_pdf(cast: Cast) -> None:
    run = start_run(user=cast.executive, body="create the weekly KPI report", ring=False)
    execute(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
    assert run.skill == "weekly_kpi_report"
    file = run.artifacts.get()
    said = "".join(page.extract_text() for page in PdfReader(open_bytes(file)).pages)
    assert file.name.startswith("management-kpis-")
    assert "New leads" in said
    assert "New leads" in run.text


@pytest.mark.parametrize("permissions", [("a.b", "reports.view_kpis"), ("reports.view_kpis",)])
def test_any_of_several_rights_is_enough(
    cast: Cast, permissions: tuple[str, ...], declared: Registry[Tool]
) -> None:
    tool = declared.get("report_sample")
    assert tool is not None
    either = Tool(**{**tool.__dict__, "permission": permissions})
    assert either.allowed(cast.executive)
    assert not either.allowed(cast.outsider)
