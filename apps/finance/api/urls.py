"""Paths below `/api/finance/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from apps.finance.api.views import CategoryViewSet, EntryViewSet, StatementView

router = SimpleRouter()
router.register("categories", CategoryViewSet, basename="finance-category")
router.register("entries", EntryViewSet, basename="finance-entry")

urlpatterns: list[URLPattern | URLResolver] = [
    path("statements", StatementView.as_view(), name="finance-statements"),
    *router.urls,
]
