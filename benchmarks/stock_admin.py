"""The peer of the back office: the same leads in Django's own admin, as `startproject` gives it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.template.response import TemplateResponse
from django.urls import path

from apps.crm.admin.leads import LeadAdmin
from apps.crm.models import Lead
from mezzofy.urls import urlpatterns as own_urls

#: The project's theme replaces Django's templates by name; these are the originals.
TEMPLATES = DjangoTemplates(
    {
        "NAME": "stock",
        "DIRS": [
            Path(django.__file__).parent / "contrib" / "admin" / "templates",
            Path(django.__file__).parent / "forms" / "templates",
        ],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
)


class StockLeadAdmin(admin.ModelAdmin[Lead]):
    """The columns, filters, search and page size of ours; all else as Django has it."""

    list_display = [
        "company_name",
        "contact_name",
        "status",
        "value",
        "assigned_to",
        "last_contacted",
        "follow_up_date",
    ]
    list_filter = ["status", "source", "currency"]
    search_fields = ["company_name", "contact_name", "contact_email", "contact_phone"]
    list_per_page = LeadAdmin.list_per_page

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """By Django's own templates."""
        return _undressed(super().changelist_view(request, extra_context))

    def change_view(self, *args: Any, **kwargs: Any) -> Any:
        """By Django's own templates."""
        return _undressed(super().change_view(*args, **kwargs))


def _undressed(response: HttpResponse) -> HttpResponse:
    if isinstance(response, TemplateResponse):
        names = response.template_name
        response.template_name = TEMPLATES.get_template(names if isinstance(names, str) else names[-1])
    return response


site = admin.AdminSite(name="stock")
site.register(Lead, StockLeadAdmin)

urlpatterns = [*own_urls, path("stock/", site.urls)]
