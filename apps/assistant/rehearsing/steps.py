"""The steps of a run as rehearsals keep and compare them."""

from __future__ import annotations

from typing import Any

from apps.artifacts.models import Artifact
from apps.assistant.models import Run
from apps.assistant.timing import clock_of


def steps_of(run: Run) -> list[dict[str, Any]]:
    """What it did, in order, with the names of the files that each step made and how long each worked."""
    steps = list(run.steps.all())
    clock = clock_of(run, run.approvals.all())
    keys = [key for step in steps for key in step.artifact_ids]
    names = {str(pk): name for pk, name in Artifact.objects.filter(pk__in=keys).values_list("pk", "name")}
    return [
        {
            "key": step.key,
            "kind": step.kind,
            "name": step.name,
            "summary": step.summary,
            "status": step.status,
            "error": step.error.strip().splitlines()[-1] if step.error.strip() else "",
            "arguments": step.arguments,
            "seconds": clock.between(step.started_at, step.finished_at) if step.finished_at else None,
            "untrusted": step.untrusted,
            "files": [names[key] for key in step.artifact_ids if key in names],
        }
        for step in steps
    ]
