"""Every path the outside sees."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from mezzofy.health import health

urlpatterns = [
    path("health", health, name="health"),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/", include("apps.accounts.api.urls")),
    path("api/", include("apps.artifacts.api.urls")),
    path("api/", include("apps.assistant.api.urls")),
    path("api/", include("apps.chat.api.urls")),
    path("api/crm/", include("apps.crm.api.urls")),
    path("api/finance/", include("apps.finance.api.urls")),
    path("api/push/", include("apps.integrations.api.urls")),
    path("api/reports/", include("apps.reports.api.urls")),
    path("approvals/", include("apps.assistant.urls")),
    path("favicon.ico", RedirectView.as_view(url="/static/brand/mark.svg")),
    path("", include("apps.chat.urls")),
]

handler400 = "apps.core.api.problems.bad_request"
handler403 = "apps.core.api.problems.forbidden"
handler404 = "apps.core.api.problems.page_not_found"
handler500 = "apps.core.api.problems.server_error"
