"""Paths under /api/."""

from __future__ import annotations

from django.urls import path

from apps.assistant.api import views

urlpatterns = [
    path("approvals/", views.ApprovalListView.as_view(), name="approval-list"),
    path("approvals/decide", views.DecideManyView.as_view(), name="approval-decide-many"),
    path("approvals/<uuid:pk>/decide", views.DecideView.as_view(), name="approval-decide"),
    path("approvals/<uuid:pk>/preview", views.LookView.as_view(), name="approval-preview"),
]
