"""Paths under /api/."""

from __future__ import annotations

from django.urls import path

from apps.artifacts.api import views

urlpatterns = [
    path("files/", views.FileListView.as_view(), name="file-list"),
    path("files/<uuid:pk>", views.FileView.as_view(), name="file-detail"),
    path("files/<uuid:pk>/download", views.DownloadView.as_view(), name="file-download"),
    path("files/<uuid:pk>/pages", views.PagesView.as_view(), name="file-pages"),
    path("files/<uuid:pk>/rows", views.RowsView.as_view(), name="file-rows"),
    path("files/<uuid:pk>/preview", views.PreviewView.as_view(), name="file-preview"),
]
