"""Paths under /api/reports/."""

from __future__ import annotations

from django.urls import path

from apps.reports.api import views

urlpatterns = [
    path("", views.ReportListView.as_view(), name="report-list"),
    path("exports/<uuid:pk>", views.ReportExportView.as_view(), name="report-export"),
    path("<slug:key>", views.ReportView.as_view(), name="report-detail"),
    path("<slug:key>/exports", views.ReportExportsView.as_view(), name="report-exports"),
]
