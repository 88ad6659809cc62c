"""The rows of the pipeline."""

from __future__ import annotations

from apps.crm.models.activities import Activity, StageChange, Task
from apps.crm.models.customers import Customer
from apps.crm.models.leads import HOUSE_CURRENCY, Lead, LeadImport
from apps.crm.models.links import LeadFile, LeadRun
from apps.crm.models.merges import Merge
from apps.crm.models.stages import LeadTally, Stage

__all__ = [
    "HOUSE_CURRENCY",
    "Activity",
    "Customer",
    "Lead",
    "LeadFile",
    "LeadImport",
    "LeadRun",
    "LeadTally",
    "Merge",
    "Stage",
    "StageChange",
    "Task",
]
