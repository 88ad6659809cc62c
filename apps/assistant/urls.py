"""Pages under /approvals/: deciding by a link from a mail."""

from __future__ import annotations

from django.urls import path

from apps.assistant import views

urlpatterns = [path("<str:token>", views.LinkPage.as_view(), name="approval-link")]
