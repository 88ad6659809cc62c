"""Requests to models, their prices, and the budgets that bound them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel
from apps.llm.choices import BudgetScope, ModelRunStatus, Pricing
from apps.llm.querysets import BudgetQuerySet, ModelPriceQuerySet, ModelRunQuerySet


class ModelRun(BaseModel):
    """One request to a model: written before it is sent, completed when it has ended in whatever way.

    Tokens are those that the provider bills. `run_id` is the assistant's run, which this app does not know.
    """

    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=100)
    purpose = models.CharField(max_length=60)
    agent = models.CharField(max_length=60, blank=True)
    skill = models.CharField(max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="model_runs"
    )
    department = models.CharField(max_length=40, blank=True)
    run_id = models.UUIDField(_("run"), null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    prompt_hash = models.CharField(max_length=64, help_text=_("SHA-256 of everything that was sent."))
    temperature = models.FloatField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=ModelRunStatus, default=ModelRunStatus.RUNNING)
    stop_reason = models.CharField(max_length=40, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cache_read_tokens = models.PositiveIntegerField(default=0)
    cache_write_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(_("cost (USD)"), max_digits=12, decimal_places=6, null=True, blank=True)
    pricing = models.CharField(max_length=10, choices=Pricing, default=Pricing.UNPRICED)
    started_at = models.DateTimeField()
    first_token_ms = models.PositiveIntegerField(_("first token (ms)"), null=True, blank=True)
    latency_ms = models.PositiveIntegerField(_("latency (ms)"), null=True, blank=True)
    error_class = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)

    objects: ClassVar[ModelRunQuerySet] = ModelRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("model run")
        verbose_name_plural = _("model runs")
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["-started_at"], name="modelrun_started"),
            models.Index(fields=["run_id"], name="modelrun_run", condition=Q(run_id__isnull=False)),
            models.Index(fields=["user", "-started_at"], name="modelrun_user"),
            models.Index(fields=["started_at"], name="modelrun_running", condition=Q(status="running")),
        ]

    def __str__(self) -> str:
        return f"{self.model}, {self.purpose}"

    @property
    def total_tokens(self) -> int:
        """Everything that was read or written."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens + self.output_tokens


def _price(name: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(
        name, max_digits=10, decimal_places=4, validators=[MinValueValidator(Decimal(0))]
    )


class ModelPrice(BaseModel):
    """What a provider asks for a million tokens, in US dollars, from one day until another.

    `valid_to` is the first day on which the price no longer holds. Where long prompts cost more, a second
    entry says so by `from_prompt_tokens`.
    """

    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=100, help_text=_("A model name, or the beginning of one."))
    exact = models.BooleanField(_("this name only"), default=False)
    from_prompt_tokens = models.PositiveIntegerField(_("from prompt tokens"), default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text=_("First day without this price."))
    input_usd = _price(_("input"))
    output_usd = _price(_("output"))
    cache_read_usd = _price(_("cache read"))
    cache_write_usd = _price(_("cache write"))

    objects: ClassVar[ModelPriceQuerySet] = ModelPriceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("model price")
        verbose_name_plural = _("model prices")
        ordering = ["provider", "model", "from_prompt_tokens", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "model", "from_prompt_tokens", "valid_from"], name="modelprice_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
                name="modelprice_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.model} ({self.valid_from})"


class Budget(BaseModel):
    """How much a person or a department may use in each calendar month, in tokens, in US dollars, or both."""

    scope = models.CharField(max_length=10, choices=BudgetScope)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="model_budgets",
    )
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.CASCADE, null=True, blank=True, related_name="model_budgets"
    )
    limit_tokens = models.PositiveBigIntegerField(null=True, blank=True)
    limit_usd = models.DecimalField(
        _("limit (USD)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    is_active = models.BooleanField(default=True)

    objects: ClassVar[BudgetQuerySet] = BudgetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["scope", "department", "user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="user", user__isnull=False, department__isnull=True)
                | Q(scope="department", user__isnull=True, department__isnull=False),
                name="budget_is_for_one",
            ),
            models.CheckConstraint(
                condition=Q(limit_tokens__isnull=False) | Q(limit_usd__isnull=False),
                name="budget_has_a_limit",
            ),
            models.UniqueConstraint(fields=["user"], name="budget_once_per_user"),
            models.UniqueConstraint(fields=["department"], name="budget_once_per_department"),
        ]

    def __str__(self) -> str:
        return str(self.user or self.department)

    def clean(self) -> None:
        """Say in words what the constraints hold."""
        wanted, unwanted = (
            ("user", "department") if self.scope == BudgetScope.USER else ("department", "user")
        )
        if getattr(self, f"{wanted}_id") is None or getattr(self, f"{unwanted}_id") is not None:
            raise ValidationError({wanted: _("A budget is for exactly one person or one department.")})
        if self.limit_tokens is None and self.limit_usd is None:
            raise ValidationError(_("Set a limit in tokens, in US dollars, or both."))


class BudgetPeriod(BaseModel):
    """What a budget has seen in one month. `reserved_*` is promised to calls in progress."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="periods")
    month = models.DateField(help_text=_("First day of the month."))
    used_tokens = models.PositiveBigIntegerField(default=0)
    used_usd = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(0))
    reserved_tokens = models.PositiveBigIntegerField(default=0)
    reserved_usd = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(0))

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["budget", "month"], name="budgetperiod_once_a_month")]

    def __str__(self) -> str:
        return f"{self.budget}, {self.month:%B %Y}"


class Reservation(BaseModel):
    """What one call in progress holds of a budget; swept after `expires_at` if its process died."""

    period = models.ForeignKey(BudgetPeriod, on_delete=models.CASCADE, related_name="reservations")
    call_id = models.UUIDField()
    tokens = models.PositiveBigIntegerField()
    usd = models.DecimalField(max_digits=14, decimal_places=6)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["expires_at"]
        indexes = [models.Index(fields=["call_id"], name="reservation_call")]

    def __str__(self) -> str:
        return f"{self.tokens} tokens of {self.period}"
