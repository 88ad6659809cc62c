"""The agents and their versions in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from apps.accounts.signed_in import signed_in
from apps.assistant.admin import agent_actions, agent_pages
from apps.assistant.agents import agents
from apps.assistant.models import AgentVersion
from apps.core.admin import RecordPageAdmin


@admin.register(AgentVersion)
class AgentVersionAdmin(RecordPageAdmin):
    """The list is a page of agents; an agent opens with its history, a version as what it says."""

    ordering = ["agent", "-number"]

    def get_urls(self) -> list[URLPattern]:
        """The pages of agents before those of versions."""
        pages = [
            ("agent/<slug:name>/", self.agent_page, "assistant_agent"),
            ("agent/<slug:name>/reach/", self.reach_page, "assistant_agent_reach"),
            ("agent/<slug:name>/draft/", agent_actions.draft, "assistant_agent_draft"),
            ("<uuid:pk>/edit/", self.edit_page, "assistant_agentversion_edit"),
            ("<uuid:pk>/compare/", self.compare_page, "assistant_agentversion_compare"),
            ("<uuid:pk>/publish/", agent_actions.publish, "assistant_agentversion_publish"),
            ("<uuid:pk>/roll-back/", agent_actions.roll_back, "assistant_agentversion_roll_back"),
            ("<uuid:pk>/discard/", agent_actions.discard, "assistant_agentversion_discard"),
        ]
        wrapped = [path(route, self.admin_site.admin_view(page), name=name) for route, page, name in pages]
        return [*wrapped, *super().get_urls()]

    def changelist_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """All agents with the version that answers."""
        self._require_view(request)
        return self._page(request, "index", _("Agents"), {"cards": agent_pages.cards(signed_in(request))})

    def agent_page(self, request: HttpRequest, name: str) -> HttpResponse:
        """One agent: what answers now, what waits, what was."""
        self._require_agent(request, name)
        context = agent_pages.agent_context(signed_in(request), name)
        return self._page(request, "agent", context["agent"].title, context)

    def record_page(self, request: HttpRequest, record: AgentVersion) -> HttpResponse:
        """A version as what it says."""
        title = _("%(title)s, version %(number)d") % {"title": record.title, "number": record.number}
        return self._page(request, "version", title, agent_pages.version_context(signed_in(request), record))

    def edit_page(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The editor of a draft."""
        version = self._require_version(request, pk)
        outcome = agent_actions.edit(request, version)
        if isinstance(outcome, HttpResponse):
            return outcome
        title = _("%(title)s: draft %(number)d") % {"title": version.title, "number": version.number}
        return self._page(request, "edit", title, outcome)

    def compare_page(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """A version beside another one, the one in force unless asked otherwise."""
        version = self._require_version(request, pk)
        context = agent_pages.comparison_context(signed_in(request), version, request.GET.get("with", ""))
        return self._page(
            request, "compare", _("Compare versions of %(title)s") % {"title": version.title}, context
        )

    def reach_page(self, request: HttpRequest, name: str) -> HttpResponse:
        """What the agent can do for a chosen person."""
        self._require_agent(request, name)
        context = agent_pages.reach_context(signed_in(request), name, request.GET)
        return self._page(
            request, "reach", _("What %(agent)s can do") % {"agent": context["agent"].title}, context
        )

    def _page(self, request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
        base = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/assistant/agent/{template}.html", {**base, **context})

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise Http404

    def _require_agent(self, request: HttpRequest, name: str) -> None:
        self._require_view(request)
        if name not in agents():
            raise Http404

    def _require_version(self, request: HttpRequest, pk: Any) -> AgentVersion:
        self._require_view(request)
        return agent_pages.visible_version(signed_in(request), pk)
