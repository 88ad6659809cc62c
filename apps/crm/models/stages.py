"""What managers set for each stage, and the running totals of the board."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.querysets.stages import LeadTallyQuerySet, StageQuerySet


class Stage(models.Model):
    """How likely a lead in this stage is won, and after how many days there its card looks old.

    The stages themselves and the ways between them are declared in `crm.lifecycle`.
    """

    status = models.CharField(_("stage"), max_length=12, choices=LeadStatus, primary_key=True)
    order = models.PositiveSmallIntegerField(unique=True, editable=False)
    probability = models.PositiveSmallIntegerField(
        _("probability"), validators=[MaxValueValidator(100)], help_text=_("Per cent; weighs the forecast.")
    )
    ages_after = models.PositiveSmallIntegerField(
        _("looks old after"), null=True, blank=True, help_text=_("Days in the stage; empty: never.")
    )

    objects: ClassVar[StageQuerySet] = StageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["order"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(condition=models.Q(probability__lte=100), name="stage_probability_percent")
        ]

    def __str__(self) -> str:
        return self.get_status_display()


class LeadTally(models.Model):
    """Running totals of all leads, so that counts and sums need not read them.

    A trigger on the leads' table appends the difference that each statement makes; the total of a group is
    the sum of its rows, and a task folds them together now and then. Appending needs no lock on a total, so
    people who move cards at the same time never wait for each other. See docs/decisions/0006.
    """

    status = models.CharField(max_length=12, choices=LeadStatus)
    source = models.CharField(max_length=12, choices=LeadSource)
    assigned_to_id = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    leads = models.IntegerField()
    value = models.DecimalField(max_digits=20, decimal_places=2)

    objects: ClassVar[LeadTallyQuerySet] = LeadTallyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.status}: {self.leads}"
