"""What people do with an entry on its page: post, discard, reverse, mark as paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.accounts.signed_in import signed_in
from apps.core.errors import DomainError, Invalid, NotFound
from apps.finance.forms import PaidForm, ReasonForm
from apps.finance.models import Entry
from apps.finance.services import drafts, posting

if TYPE_CHECKING:
    from apps.finance.admin.entries import EntryAdmin

#: Does it by a service; returns the entry to show next, and what to say.
Handler = Callable[[HttpRequest, Entry], tuple[Entry, str]]


def urls(admin: EntryAdmin) -> list[URLPattern]:
    """The paths below the page of one entry."""
    handlers: dict[str, Handler] = {
        "post": _post,
        "discard": _discard,
        "reverse": _reverse,
        "paid": _paid,
    }
    return [
        path(
            f"<uuid:pk>/{name}/",
            admin.admin_site.admin_view(_one_post(admin, handler)),
            name=f"finance_entry_{name}",
        )
        for name, handler in handlers.items()
    ]


def _one_post(admin: EntryAdmin, handler: Handler) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        back = reverse("admin:finance_entry_changelist")
        try:
            entry = admin.get_queryset(request).filter(pk=pk).first()
            if entry is None:
                raise NotFound(_("There is no such entry, or it is not for you."))
            back = entry.admin_url
            shown, message = handler(request, entry)
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(back)
        messages.success(request, message)
        return HttpResponseRedirect(shown.admin_url)

    return view


def _post(request: HttpRequest, entry: Entry) -> tuple[Entry, str]:
    version = request.POST.get("version", "")
    return posting.post(actor=signed_in(request), entry=entry, version=version), _("The entry is posted.")


def _discard(request: HttpRequest, entry: Entry) -> tuple[Entry, str]:
    done = drafts.discard(actor=signed_in(request), entry=entry, **_filled(ReasonForm(request.POST)))
    return done, _("The draft is discarded.")


def _reverse(request: HttpRequest, entry: Entry) -> tuple[Entry, str]:
    done = posting.reverse(actor=signed_in(request), entry=entry, **_filled(ReasonForm(request.POST)))
    return done, _("The entry is reversed: this is its correction.")


def _paid(request: HttpRequest, entry: Entry) -> tuple[Entry, str]:
    done = posting.mark_paid(actor=signed_in(request), entry=entry, **_filled(PaidForm(request.POST)))
    return done, _("The payment is kept.")


def _filled(form: ReasonForm | PaidForm) -> dict[str, Any]:
    if not form.is_valid():
        raise Invalid(" ".join(str(text) for errors in form.errors.values() for text in errors))
    return dict(form.cleaned_data)
