"""The pages of the staff chat."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from apps.chat import views

urlpatterns = [
    path("", views.ChatPage.as_view(), name="chat"),
    path("login/", views.LoginPage.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
