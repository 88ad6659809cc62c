"""Paths under /api/."""

from __future__ import annotations

from django.urls import path

from apps.chat.api import views

urlpatterns = [
    path("chat/send", views.SendView.as_view(), name="chat-send"),
    path("chat/send-media", views.SendMediaView.as_view(), name="chat-send-media"),
    path("chat/send-url", views.SendUrlView.as_view(), name="chat-send-url"),
    path("chat/sessions", views.SessionListView.as_view(), name="chat-sessions"),
    path("chat/sessions/<uuid:pk>", views.SessionView.as_view(), name="chat-session"),
    path("chat/history", views.HistoryView.as_view(), name="chat-history"),
    path("chat/runs/<uuid:pk>", views.RunView.as_view(), name="chat-run"),
    path("chat/runs/<uuid:pk>/cancel", views.CancelView.as_view(), name="chat-run-cancel"),
]
