"""What people do with an entry on its page: post, discard, reverse, mark as paid. Each asks first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.signed_in import signed_in
from apps.core.errors import DomainError, Invalid, NotFound
from apps.documents.numbers import day
from apps.finance.admin.confirming import Question, ask, is_confirmed
from apps.finance.forms import PaidForm, ReasonForm, VersionForm
from apps.finance.models import Entry
from apps.finance.services import drafts, posting

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from apps.finance.admin.entries import EntryAdmin


@dataclass(frozen=True)
class Act:
    """One thing that is done with an entry: by which service, with what from the form, and in which words."""

    service: Callable[..., Entry]
    form: type[forms.Form]
    title: StrOrPromise
    effect: StrOrPromise
    yes: StrOrPromise
    done: StrOrPromise
    is_danger: bool = False


ACTS = {
    "post": Act(
        posting.post,
        VersionForm,
        gettext_lazy("Post this entry?"),
        gettext_lazy("It then counts in the statements and does not change: only a reversal corrects it."),
        gettext_lazy("Yes, post it"),
        gettext_lazy("The entry is posted."),
    ),
    "discard": Act(
        drafts.discard,
        ReasonForm,
        gettext_lazy("Discard this draft?"),
        gettext_lazy("It stays in the list as discarded and counts nowhere. It cannot be brought back."),
        gettext_lazy("Yes, discard it"),
        gettext_lazy("The draft is discarded."),
        is_danger=True,
    ),
    "reverse": Act(
        posting.reverse,
        ReasonForm,
        gettext_lazy("Reverse this entry?"),
        gettext_lazy("An entry against it is posted; both stay in the ledger and are nothing together."),
        gettext_lazy("Yes, reverse it"),
        gettext_lazy("The entry is reversed: this is its correction."),
        is_danger=True,
    ),
    "paid": Act(
        posting.mark_paid,
        PaidForm,
        gettext_lazy("Mark this entry as paid?"),
        gettext_lazy("The day of payment is kept once and does not change any more."),
        gettext_lazy("Yes, it was paid on that day"),
        gettext_lazy("The payment is kept."),
    ),
}  # fmt: skip


def urls(admin: EntryAdmin) -> list[URLPattern]:
    """The paths below the page of one entry."""
    return [
        path(
            f"<uuid:pk>/{name}/",
            admin.admin_site.admin_view(_view(admin, act)),
            name=f"finance_entry_{name}",
        )
        for name, act in ACTS.items()
    ]


def _view(admin: EntryAdmin, act: Act) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        back = reverse("admin:finance_entry_changelist")
        try:
            entry = admin.get_queryset(request).filter(pk=pk).first()
            if entry is None:
                raise NotFound(_("There is no such entry, or it is not for you."))
            back = entry.admin_url
            given = _given(act, request)
            if not is_confirmed(request):
                return _ask(admin, act, request, entry, given)
            shown = act.service(actor=signed_in(request), entry=entry, **given)
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(back)
        messages.success(request, act.done)
        return HttpResponseRedirect(shown.admin_url)

    return view


def _ask(
    admin: EntryAdmin, act: Act, request: HttpRequest, entry: Entry, given: dict[str, Any]
) -> HttpResponse:
    """The question; what is plainly impossible is said at once. The service decides when it is confirmed."""
    if act.service is posting.post and (why := posting.why_not(actor=signed_in(request), entry=entry)):
        raise Invalid(why)
    if act.service is posting.reverse and not given["reason"]:
        raise Invalid(_("Say why it is reversed."))
    facts: list[tuple[StrOrPromise, str]] = [
        (_("Entry"), str(entry)),
        (_("Category"), f"{entry.category.get_kind_display()}, {entry.category}"),
    ]
    if given.get("reason"):
        facts.append((_("Reason"), given["reason"]))
    if given.get("paid_on"):
        facts.append((_("Paid on"), day(given["paid_on"])))
    question = Question(act.title, act.effect, act.yes, entry.admin_url, facts=facts, is_danger=act.is_danger)
    return ask(admin, request, question)


def _given(act: Act, request: HttpRequest) -> dict[str, Any]:
    form = act.form(request.POST)
    if not form.is_valid():
        raise Invalid(" ".join(str(text) for errors in form.errors.values() for text in errors))
    return dict(form.cleaned_data)
