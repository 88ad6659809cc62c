"""Documents in the back office: the folder's for reading, people's own to add, share, renew and forget."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.artifacts.choices import Origin as FileOrigin
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.core.admin import VisibleAdmin
from apps.core.errors import DomainError
from apps.knowledge import services
from apps.knowledge.admin.forms import AddForm, ShareForm
from apps.knowledge.admin.passages import PassageInline
from apps.knowledge.admin.retrieval import page as retrieval_page
from apps.knowledge.choices import IndexStatus
from apps.knowledge.models import Document, Passage


@admin.register(Document)
class DocumentAdmin(VisibleAdmin):
    """Files with what was read from them."""

    list_display = ["title", "kind", "origin", "audience", "reading", "owner", "indexed_at"]
    list_filter = ["origin", "kind", "status"]
    list_select_related = ["owner"]
    search_fields = ["title", "path"]
    sortable_by = ["title", "indexed_at"]
    palette_icon = "menu_book"
    inlines = [PassageInline]
    change_list_template = "admin/knowledge/documents.html"

    def get_urls(self) -> list[URLPattern]:
        """The page that shows how search works."""
        view = self.admin_site.admin_view(lambda request: retrieval_page(self.admin_site, request))
        return [path("test-retrieval/", view, name="knowledge_test_retrieval"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """With the number of passages, counted for the rows of the page alone."""
        documents: QuerySet[Document] = super().get_queryset(request)
        counted = Passage.objects.filter(document=OuterRef("pk")).order_by().values("document")
        number = Subquery(counted.values(number=Count("pk")), output_field=IntegerField())
        return documents.annotate(passage_total=Coalesce(number, 0))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """One's own uploads; all of them with the right to change documents."""
        if obj is None:
            return bool(super().has_view_permission(request))
        return isinstance(obj, Document) and obj.is_upload and self._is_own(request, obj, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """As for changes; nothing is deleted from the list."""
        return isinstance(obj, Document) and obj.is_upload and self._is_own(request, obj, "delete")

    def get_inlines(self, request: HttpRequest, obj: Document | None) -> list[Any]:
        """Passages are shown, never sent: a long document has more of them than a form may have fields."""
        return self.inlines if obj is not None and request.method == "GET" else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A file to add, or who may read one that was."""
        if obj is None:
            return AddForm
        return (
            ShareForm
            if self.has_change_permission(request, obj)
            else super().get_form(request, obj, change, **kwargs)
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What is shown follows from what may be done."""
        if obj is None:
            return ["file", "title", "audience", "departments"]
        shown = ["title", "kind", "origin", "path", "reading", "problem", "owner", "indexed_at"]
        if self.has_change_permission(request, obj):
            return ["audience", "departments", "new_version", *shown]
        return [*shown, "audience", "departments"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything but the fields of the form."""
        if obj is None:
            return []
        own = (
            {"audience", "departments", "new_version"} if self.has_change_permission(request, obj) else set()
        )
        return [name for name in self.get_fields(request, obj) if name not in own]

    def save_model(self, request: HttpRequest, obj: Document, form: ModelForm[Any], change: bool) -> None:
        """By the services; a refusal is said on the page that follows."""
        data, user = form.cleaned_data, signed_in(request)
        rights = {"audience": data["audience"], "departments": data["departments"]}
        if not change:
            added = services.remember(
                actor=user, artifact=_stored(user, data["file"]), title=data["title"], **rights
            )
            obj.pk, obj.title = added.pk, added.title
            return
        services.share(actor=user, document=obj, **rights)
        if data["new_version"]:
            services.renew(actor=user, document=obj, artifact=_stored(user, data["new_version"]))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Passages are read, not written."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The services leave the trail."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The services leave the trail."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Passages go with their document; whether it may go was asked before."""
        shown, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return shown, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Document) -> None:
        """By the service."""
        services.forget(actor=signed_in(request), document=obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """A rule that was broken is a message, not an error page."""
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            messages.error(request, refusal.detail)
            return HttpResponseRedirect(reverse("admin:knowledge_document_changelist"))
        return response

    @admin.display(description=gettext_lazy("Reading"))
    def reading(self, document: Document) -> str:
        """How far it is: queued, indexed with so many passages, or failed and why."""
        if document.status == IndexStatus.FAILED:
            return _("Failed: %(problem)s") % {"problem": document.problem}
        if document.status == IndexStatus.QUEUED:
            return _("Queued")
        total: int = getattr(document, "passage_total", 0)
        return ngettext("Indexed, %(count)s passage", "Indexed, %(count)s passages", total) % {"count": total}

    def _is_own(self, request: HttpRequest, document: Document, action: str) -> bool:
        user = signed_in(request)
        return document.owner_id == user.pk or user.has_perm(f"knowledge.{action}_document")


def _stored(user: User, file: UploadedFile[bytes]) -> Artifact:
    return store(owner=user, name=file.name or "file", content=file, origin=FileOrigin.UPLOADED)
