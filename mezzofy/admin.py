"""The back office site."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from unfold.sites import UnfoldAdminSite

from apps.accounts.signed_in import signed_in
from apps.brand.admin import urls as brand_urls
from apps.core.admin import palette, saved_filters
from apps.notifications.selectors import unread_text
from apps.reports.pages.urls import urls as report_urls
from mezzofy import home, navigation


class MezzofyAdminSite(UnfoldAdminSite):
    """Django Admin with one log-in page for chat and back office, a home page, a search over everything."""

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        """Send to the common log-in page; a signed-in user without back-office rights goes to the chat."""
        if request.user.is_authenticated:
            return redirect("/") if request.user.is_active else redirect_to_login("/")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def extra_urls(self) -> list[URLPattern]:
        """Pages of the back office that belong to no model."""
        tiles = path("home/figures/", self.admin_view(self.figures), name="home_figures")
        return [tiles, *saved_filters.urls(self), *report_urls(self), *brand_urls(self)]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the entry of the side bar that the page belongs to, and the number on the bell, which is only
        counted where the bell is shown.
        """
        context: dict[str, Any] = super().each_context(request)
        user: Any = request.user
        return {
            **context,
            "place": next((item for item in _entries(context["sidebar_navigation"]) if item["active"]), None),
            "unread_notices": SimpleLazyObject(lambda: unread_text(user=user)),
        }

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The side bar, in which at most one entry is lit: that of the page, if the user has it."""
        groups: list[dict[str, Any]] = super().get_sidebar_list(request)
        items = [item for item in _entries(groups) if item["has_permission"]]
        place = navigation.place_of(request.path, items)
        for item in _entries(groups):
            item["active"] = item is place
        return groups

    def app_index(
        self,
        request: HttpRequest,  # noqa: ARG002
        app_label: str,  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """The side bar lists what there is by the work that it is for, not by part of the program."""
        return redirect("admin:index")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What needs the user today. The figures come by a request of their own: they hold up nothing."""
        user = signed_in(request)
        sections = home.agenda_for(user)
        context = {
            **self.each_context(request),
            "title": _("Home"),
            "first_name": user.get_short_name(),
            "sections": sections,
            "something_to_do": any(filled.agenda.rows for filled in sections),
            "tile_keys": home.tile_keys(user),
            "presets": home.preset_notes(user),
            "figures_first": home.figures_first(user),
            "has_work": home.has_work(request),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/index.html", context)

    def figures(self, request: HttpRequest) -> HttpResponse:
        """The tiles of the home page, a fragment."""
        tiles = home.tiles_for(signed_in(request), request.GET.get("period", ""))
        return TemplateResponse(request, "admin/home/tiles.html", {"tiles": tiles})

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        """The results of Ctrl-K, a fragment. Nothing is cached: a right that was taken away shows at once."""
        navigation = self.get_sidebar_list(request)
        hits = palette.find(self, request, request.GET.get("s", ""), navigation)
        return TemplateResponse(request, "admin/palette_results.html", {"hits": hits})


def _entries(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for group in groups for item in group["items"]]
