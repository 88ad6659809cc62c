"""Pages whose form never hides what somebody else changed meanwhile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from apps.core.admin.base import VisibleAdmin
from apps.core.errors import DomainError
from apps.core.versions import Stale


class VersionedAdmin(VisibleAdmin):
    """A `ModelAdmin` whose writes go through a service, with the version of the row that the page showed.

    Its form has a hidden field `version`, refuses in `clean` what its `refusal` says and what was changed
    meanwhile, and its `edits()` are the fields that the person changed (of a new row, all of them). A
    `change_form_template` of the admin puts the hidden field into the page.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """As Django's. What the service refuses at the last moment is said in the form, as typed."""
        try:
            return self._page(request, object_id, form_url, extra_context)
        except Stale:
            # Somebody saved between the form's check and the service's: now the form sees it.
            return self._page(request, object_id, form_url, extra_context)
        except DomainError as error:
            if request.method != "POST":
                messages.error(request, error.detail)
                return HttpResponseRedirect(request.path)
            request.refusal = error  # type: ignore[attr-defined]
            return self._page(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form for this request: it knows what the service refused, and what `form_facts` says."""
        form = super().get_form(request, obj, change=change, **kwargs)
        facts = {"refusal": getattr(request, "refusal", None), **self.form_facts(request, obj)}
        return type(form.__name__, (form,), facts)

    def form_facts(self, request: HttpRequest, obj: Any) -> dict[str, Any]:  # noqa: ARG002
        """What the form needs to know of the request, by the name of its attribute."""
        return {}

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Through the service: all of a new row, of an old one what the person changed."""
        if not change:
            obj.pk = self.create(request, form.edits()).pk
        elif edits := form.edits():
            self.update(request, obj, form.cleaned_data["version"], edits)

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Model:
        """Make the row by its service."""
        raise NotImplementedError

    def update(self, request: HttpRequest, row: Any, version: str, fields: dict[str, Any]) -> None:
        """Change the row by its service."""
        raise NotImplementedError

    def _page(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra: dict[str, Any] | None
    ) -> HttpResponse:
        answer: HttpResponse = super().changeform_view(request, object_id, form_url, extra)
        return answer
