"""What readers of the pipeline may ask for."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as _
from pydantic import Field

from apps.core.reporting import Options, PeriodText, ReportFilters
from apps.crm.choices import LeadSource
from apps.crm.report_selectors.scope import NOBODY, industry_choices, owner_choices

#: A user's key, or nobody; other texts must not reach the database.
OWNER = rf"^(|{NOBODY}|[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})$"


def source_choices(user: object) -> list[tuple[str, str]]:  # noqa: ARG001
    """How leads come to us."""
    return [(value, str(label)) for value, label in LeadSource.choices]


class PipelineFilters(ReportFilters):
    """The period for what came in and was closed; what is open is open now."""

    period: PeriodText = Field(
        "this_quarter",
        title=_("Period"),
        description=_("For leads that came in, were won or lost. What is open is counted as of now."),
    )
    owner: Annotated[str, Options(owner_choices)] = Field("", title=_("Representative"), pattern=OWNER)
    source: Annotated[str, Options(source_choices)] = Field("", title=_("Source"))
    industry: Annotated[str, Options(industry_choices)] = Field("", title=_("Industry"), max_length=80)
