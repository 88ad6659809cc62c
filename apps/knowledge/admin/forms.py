"""Forms of uploaded documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget

from apps.accounts.models import Department
from apps.knowledge.choices import Audience
from apps.knowledge.models import Document

_ACCEPT = ".pdf,.docx,.pptx,.xlsx,.csv,.md,.txt"
_KINDS = _("PDF, Word, PowerPoint, Excel, Markdown or text.")


class ShareForm(forms.ModelForm[Document]):
    """Who may read a document, and a new version of its file."""

    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Audience.choices,
        widget=UnfoldAdminRadioSelectWidget,
        initial=Audience.PRIVATE,
    )
    departments = forms.MultipleChoiceField(
        label=_("Departments"), required=False, widget=forms.CheckboxSelectMultiple, choices=[],
        help_text=_("Only for “Some departments”."),
    )  # fmt: skip
    new_version = forms.FileField(
        label=_("New version"), required=False,
        help_text=_("Replaces the text; citations of what stays keep working."),
        widget=forms.FileInput(attrs={"accept": _ACCEPT}),
    )  # fmt: skip

    class Meta:
        model = Document
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departments"].choices = list(Department.objects.values_list("slug", "name"))  # type: ignore[attr-defined]
        if self.instance.path:
            self.initial.update(audience=self.instance.audience, departments=self.instance.departments)

    def _post_clean(self) -> None:
        """The row is written by the services, which check it too."""

    def clean(self) -> dict[str, Any]:
        """Departments are named where they count."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("audience") == Audience.DEPARTMENTS and not data.get("departments"):
            self.add_error("departments", _("Please choose at least one department."))
        return data


class AddForm(ShareForm):
    """A file for the knowledge base."""

    file = forms.FileField(
        label=_("File"), help_text=_KINDS, widget=forms.FileInput(attrs={"accept": _ACCEPT})
    )
    title = forms.CharField(
        label=_("Title"), required=False, max_length=200, widget=UnfoldAdminTextInputWidget,
        help_text=_("Empty: the name of the file."),
    )  # fmt: skip
    new_version = None  # type: ignore[assignment]
