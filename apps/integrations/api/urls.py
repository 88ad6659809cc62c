"""Paths below /api/push/."""

from __future__ import annotations

from django.urls import path

from apps.integrations.api.views import DevicesView

urlpatterns = [path("devices/", DevicesView.as_view(), name="push-devices")]
