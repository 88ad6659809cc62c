"""The pipeline in the back office."""

from __future__ import annotations

from apps.crm.admin import activities, companies, customers, imports, leads, merges, stages, tasks

__all__ = ["activities", "companies", "customers", "imports", "leads", "merges", "stages", "tasks"]
