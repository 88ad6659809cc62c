"""Models, prices and budgets in the back office."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.audit import services as audit
from apps.core.admin import ReadOnlyAdmin, VisibleAdmin
from apps.llm.models import Budget, BudgetPeriod, ModelPrice, ModelRun
from apps.llm.services.budgets import share_used


@admin.register(ModelRun)
class ModelRunAdmin(ReadOnlyAdmin):
    """Every request to a model, newest first."""

    list_display = [
        "started_at",
        "model",
        "purpose",
        "agent",
        "user",
        "status",
        "tokens",
        "cost_usd",
        "first_token_ms",
        "latency_ms",
    ]
    list_filter = ["status", "provider", "department", "agent", "pricing", "started_at"]
    search_fields = ["model", "purpose", "run_id", "error_class"]
    search_help_text = _("Model, purpose, run or class of error")

    @admin.display(description=_("Tokens"))
    def tokens(self, run: ModelRun) -> str:
        """Read and written."""
        return f"{run.total_tokens - run.output_tokens:,} → {run.output_tokens:,}"


class AuditedAdmin(VisibleAdmin):
    """Records who changed what; the values are numbers and dates, so they may be in the trail."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save and record in the transaction of the admin view."""
        super().save_model(request, obj, form, change)
        verb = "updated" if change else "created"
        values = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        audit.record(action=f"llm.{obj._meta.model_name}.{verb}", obj=obj, details=values)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Record, then delete."""
        audit.record(action=f"llm.{obj._meta.model_name}.deleted", obj=obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One record for each row."""
        for obj in queryset:
            self.delete_model(request, obj)


@admin.register(ModelPrice)
class ModelPriceAdmin(AuditedAdmin):
    """US dollars for a million tokens."""

    list_display = [
        "provider",
        "model",
        "from_prompt_tokens",
        "input_usd",
        "output_usd",
        "cache_read_usd",
        "cache_write_usd",
        "valid_from",
        "valid_to",
    ]
    list_filter = ["provider"]
    search_fields = ["model"]


class BudgetPeriodInline(TabularInline):
    """What was used, month by month."""

    model = BudgetPeriod
    fields = ("month", "used_tokens", "used_usd", "reserved_tokens", "reserved_usd")
    readonly_fields = fields
    extra = 0
    max_num = 0
    can_delete = False


@admin.register(Budget)
class BudgetAdmin(AuditedAdmin):
    """Monthly limits of people and departments."""

    list_display = ["__str__", "scope", "limit_tokens", "limit_usd", "used", "is_active"]
    list_filter = ["scope", "is_active"]
    list_select_related = ["user", "department"]
    sortable_by = []
    autocomplete_fields = ["user"]
    inlines = [BudgetPeriodInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the months that the list shows."""
        return super().get_queryset(request).prefetch_related("periods")

    @admin.display(description=_("Used this month"))
    def used(self, budget: Budget) -> str:
        """Per cent of the nearer limit."""
        latest = next(iter(budget.periods.all()), None)
        share = share_used(budget, latest) if latest else Decimal(0)
        return f"{share:.0%}"
