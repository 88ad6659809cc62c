"""Paths below `/api/crm/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from apps.crm.api.activities import ActivityViewSet, TaskViewSet
from apps.crm.api.duplicates import DuplicatesView
from apps.crm.api.kanban import BoardView, CardView, ColumnView, MoveView
from apps.crm.api.leads import LeadViewSet
from apps.crm.api.merging import LeadMergeView, MergeUndoView
from apps.crm.api.people import CompanyViewSet, ContactViewSet, CustomerViewSet

router = SimpleRouter()
router.register("activities", ActivityViewSet, basename="crm-activity")
router.register("companies", CompanyViewSet, basename="crm-company")
router.register("contacts", ContactViewSet, basename="crm-contact")
router.register("customers", CustomerViewSet, basename="crm-customer")
router.register("leads", LeadViewSet, basename="crm-lead")
router.register("tasks", TaskViewSet, basename="crm-task")

urlpatterns: list[URLPattern | URLResolver] = [
    path("duplicates", DuplicatesView.as_view(), name="crm-duplicates"),
    path("kanban", BoardView.as_view(), name="crm-kanban"),
    path("kanban/cards/<uuid:lead_id>", CardView.as_view(), name="crm-kanban-card"),
    path("kanban/move", MoveView.as_view(), name="crm-kanban-move"),
    path("kanban/<str:status>", ColumnView.as_view(), name="crm-kanban-column"),
    path("leads/<uuid:pk>/merge", LeadMergeView.as_view(), name="crm-lead-merge"),
    path("merges/<uuid:pk>/undo", MergeUndoView.as_view(), name="crm-merge-undo"),
    *router.urls,
]
