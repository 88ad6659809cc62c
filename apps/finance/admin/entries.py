"""Entries of the ledger in the back office."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from apps.accounts.signed_in import signed_in
from apps.artifacts import services as artifacts
from apps.artifacts.choices import Origin
from apps.core.admin import VersionedAdmin
from apps.core.periods import local_today
from apps.core.versions import version_of
from apps.finance.admin import entry_actions
from apps.finance.admin.chosen import ask_about, to_each
from apps.finance.admin.exchange import EntryExchange
from apps.finance.admin.filters import CategoryFilter, KindFilter, OpenAtFilter, PaidFilter, WhenFilter
from apps.finance.choices import EntryKind, EntryStatus
from apps.finance.forms import EntryForm
from apps.finance.models import Entry
from apps.finance.selectors import alike, history
from apps.finance.services.drafts import discard, edit_draft, record_draft
from apps.finance.services.posting import post
from apps.finance.totals import sums_of

#: What narrows the list to a span of days: sums over the whole ledger would read all of it.
SPANS = frozenset({"booked_on__gte", "paid_on__gte", "when", "open_at"})
STATUS_COLOURS = {"draft": "warning", "posted": "success", "void": "info", "reversed": "danger"}


@admin.register(Entry)
class EntryAdmin(EntryExchange, VersionedAdmin):
    """The ledger. Drafts are edited here; what is posted is corrected by a reversal on its page."""

    form = EntryForm
    change_form_template = "admin/finance/entry/page.html"
    palette_icon = "receipt_long"
    list_display = ["day", "party", "category", "money", "state", "payment"]
    list_display_links = ["day", "party"]
    list_filter = ["status", KindFilter, WhenFilter, PaidFilter, OpenAtFilter, CategoryFilter, "currency"]
    list_select_related = ["category", "reversal"]
    linked_lookups = frozenset(
        {"category__id__exact", "category__kind__exact", "category__group__exact", "category__group__in"}
    )
    list_before_template = "admin/finance/entry/sums.html"
    search_fields = ["party"]
    search_help_text = _("From or to, what for, reference")
    ordering = ["-booked_on", "-id"]
    actions = ["post_chosen", "discard_chosen"]
    autocomplete_fields = ["company"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("booked_on", "category"),
                    ("amount", "currency"),
                    ("party", "company"),
                    ("paid_on", "external_reference"),
                    "description",
                    "upload",
                ]
            },
        )
    ]

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["finance/ledger.css"]}

    def get_urls(self) -> list[URLPattern]:
        """The actions of the page before Django's own paths."""
        return [*entry_actions.urls(self), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """Without the column that is only searched in."""
        return super().get_queryset(request).defer("search", "reversal__search")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Over the entries of a span of days stand their sums: those of the statement that led there."""
        answer: HttpResponse = super().changelist_view(request, extra_context)
        context = getattr(answer, "context_data", None) or {}
        if "cl" in context and not SPANS.isdisjoint(request.GET):
            context["sums"] = sums_of(context["cl"].queryset)
            context["sums_mix"] = request.GET.get("status__exact") != EntryStatus.POSTED
        return answer

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts are edited."""
        return bool(super().has_change_permission(request, obj)) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Drafts are discarded, entries reversed: nothing disappears."""
        return False

    def has_post_permission(self, request: HttpRequest) -> bool:
        """Whether the person may put entries into the books."""
        return request.user.has_perm("finance.post_entry")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of what cannot be edited, the top of the page says everything but the purpose."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ["description"]})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new entry is of today, unless the address says otherwise."""
        today = local_today(signed_in(request).timezone)
        return {"booked_on": today, **super().get_changeform_initial_data(request)}

    @admin.display(description=_("Date"), ordering="booked_on")
    def day(self, entry: Entry) -> str:
        """`3 Nov 2026`."""
        return date_format(entry.booked_on, "j M Y")

    @admin.display(description=_("Amount"))
    def money(self, entry: Entry) -> str:
        """With its sign as the result feels it, on one line with its currency."""
        sign = 1 if entry.category.kind == EntryKind.REVENUE else -1
        return format_html(
            '<span class="mz-number fin-amount">{} {}</span>', entry.currency, _signed(sign * entry.signed)
        )

    @display(description=_("Status"), label=STATUS_COLOURS)
    def state(self, entry: Entry) -> tuple[str, Any]:
        """Coloured; what was corrected says so."""
        if entry.reverses_id is not None:
            return "reversed", _("Reversal")
        if getattr(entry, "reversal", None) is not None:
            return "reversed", _("Reversed")
        return entry.status, entry.get_status_display()

    @admin.display(description=_("Paid"))
    def payment(self, entry: Entry) -> str:
        """The day."""
        return date_format(entry.paid_on, "j M Y") if entry.paid_on else "–"

    @admin.action(description=_("Post"), permissions=["post"])
    def post_chosen(self, request: HttpRequest, queryset: QuerySet[Entry]) -> HttpResponse | None:
        """Put each of the chosen drafts into the books."""
        question = ask_about(
            self,
            request,
            queryset,
            title=_("Post these drafts?"),
            effect=_("They then count in the statements and do not change any more."),
            yes=_("Yes, post them"),
        )
        if done := to_each(request, queryset, partial(post, actor=signed_in(request))):
            text = ngettext("%(count)d entry is posted.", "%(count)d entries are posted.", done)
            messages.success(request, text % {"count": done})
        return question

    @admin.action(description=_("Discard drafts"), permissions=["change"])
    def discard_chosen(self, request: HttpRequest, queryset: QuerySet[Entry]) -> HttpResponse | None:
        """Throw each of the chosen drafts away."""
        question = ask_about(
            self,
            request,
            queryset,
            title=_("Discard these drafts?"),
            effect=_("They stay in the list as discarded and count nowhere."),
            yes=_("Yes, discard them"),
            is_danger=True,
        )
        if done := to_each(request, queryset, partial(discard, actor=signed_in(request))):
            text = ngettext("%(count)d draft is discarded.", "%(count)d drafts are discarded.", done)
            messages.success(request, text % {"count": done})
        return question

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Entry:
        """By the service, with the receipt that was sent along."""
        return record_draft(actor=signed_in(request), **_with_document(request, fields))

    def update(self, request: HttpRequest, row: Any, version: str, fields: dict[str, Any]) -> None:
        """By the service, if nobody else changed the draft."""
        edit_draft(actor=signed_in(request), entry=row, version=version, **_with_document(request, fields))

    def response_post_save_add(self, request: HttpRequest, obj: Entry) -> HttpResponse:  # noqa: ARG002
        """To the new entry: there it is posted."""
        return HttpResponseRedirect(obj.admin_url)

    def response_post_save_change(self, request: HttpRequest, obj: Entry) -> HttpResponse:  # noqa: ARG002
        """To the entry, as it is now."""
        return HttpResponseRedirect(obj.admin_url)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """The form between what the entry is and what became of it."""
        if obj is not None:
            context = {**context, **self._around(request, obj.pk)}
        answer: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)
        return answer

    def _around(self, request: HttpRequest, pk: Any) -> dict[str, Any]:
        """A refused form leaves in its object what was typed: the entry is read again."""
        related = ("category", "company", "document", "recorded_by", "posted_by", "reverses", "reversal")
        entry = self.get_queryset(request).select_related(*related).get(pk=pk)
        may, reversal = request.user.has_perm, getattr(entry, "reversal", None)
        is_open = entry.is_posted and reversal is None and entry.reverses_id is None
        return {
            "entry": entry,
            "reversal": reversal,
            "version": version_of(entry),
            "history": history(entry),
            "alike": _alike(request, entry) if entry.is_draft else [],
            "today": local_today(signed_in(request).timezone),
            "may_post": entry.is_draft and may("finance.post_entry"),
            "may_discard": entry.is_draft and may("finance.change_entry"),
            "may_reverse": is_open and may("finance.reverse_entry"),
            "may_pay": is_open and entry.paid_on is None and may("finance.change_entry"),
            "run_url": _run_url(request, entry),
        }


def _with_document(request: HttpRequest, fields: dict[str, Any]) -> Any:
    """The fields as the services take them: an upload is kept first."""
    upload = fields.pop("upload", None)
    if upload:
        fields["document"] = artifacts.store(
            owner=signed_in(request), name=upload.name, content=upload.file, origin=Origin.UPLOADED
        )
    return fields


def _alike(request: HttpRequest, entry: Entry) -> list[Entry]:
    return alike(
        user=signed_in(request),
        amount=entry.amount,
        currency=entry.currency,
        booked_on=entry.booked_on,
        reference=entry.external_reference,
        exclude=entry.pk,
    )


def _run_url(request: HttpRequest, entry: Entry) -> str:
    """The page of the run that recorded it, which decides itself who may see it."""
    may = request.user.has_perm("assistant.view_run")
    return f"/admin/assistant/run/{entry.run_id}/change/" if entry.run_id and may else ""


def _signed(value: Decimal) -> str:
    return f"{value:,.2f}".replace("-", "−")
