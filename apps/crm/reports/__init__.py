"""What sales reports: key figures, the pipeline, leads that nobody speaks to."""

from __future__ import annotations
