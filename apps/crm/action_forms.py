"""The small forms of the pages of leads, companies and contacts: log, plan, attach, move, ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.errors import DomainError, Invalid
from apps.core.versions import version_of
from apps.crm.choices import ActivityKind, LeadStatus
from apps.crm.models import Activity
from apps.crm.services.activities import MAX_NOTE
from apps.crm.services.moves import CHOOSABLE_REASONS

#: What people put to a lead. Programs and archives have no business here.
FILE_TYPES = (
    "pdf", "doc", "docx", "xls", "xlsx", "csv", "tsv", "ppt", "pptx", "txt", "md", "eml",
    "png", "jpg", "jpeg", "gif", "webp", "heic", "mp3", "m4a", "wav", "ogg", "mp4", "mov", "webm",
)  # fmt: skip


class MomentField(forms.DateTimeField):
    """A day and time in the zone of whoever types it."""

    def __init__(self, **kwargs: Any) -> None:
        picker = forms.DateTimeInput({"type": "datetime-local", "class": "mz-input"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=picker, **kwargs)


class NoteField(forms.CharField):
    """Some lines of text."""

    def __init__(self, **kwargs: Any) -> None:
        area = forms.Textarea({"rows": 3, "class": "mz-textarea"})
        super().__init__(widget=area, max_length=MAX_NOTE, **kwargs)


class SmallForm(forms.Form):
    """One of the forms around a row. Its `name` tells it from the others; `tab` is the one that it is in."""

    name: str
    tab: ClassVar[str] = "timeline"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.name}-%s", **kwargs})


class LogForm(SmallForm):
    """What happened just now or some time ago. Each kind asks only what it needs."""

    kind: ClassVar[ActivityKind]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.name = f"log-{self.kind.value}"
        super().__init__(*args, **kwargs)

    def fields_of_activity(self) -> dict[str, Any]:
        """As `log_activity` takes them. Raises `Invalid`."""
        return {"kind": self.kind, **{name: value for name, value in checked(self).items() if value}}


class NoteForm(LogForm):
    """A note."""

    kind = ActivityKind.NOTE
    note = NoteField(label=gettext_lazy("What should colleagues know?"))


class CallForm(LogForm):
    """A call."""

    kind = ActivityKind.CALL
    note = NoteField(label=gettext_lazy("How did it go?"), required=False)
    at = MomentField(label=gettext_lazy("When"), required=False, help_text=gettext_lazy("Empty: just now."))


class MailForm(LogForm):
    """An e-mail that was sent or received outside of the platform."""

    kind = ActivityKind.EMAIL
    subject_line = forms.CharField(
        label=gettext_lazy("Subject"), max_length=200, widget=forms.TextInput({"class": "mz-input"})
    )
    note = NoteField(label=gettext_lazy("What was it about?"), required=False)


class MeetingForm(LogForm):
    """A meeting that took place."""

    kind = ActivityKind.MEETING
    note = NoteField(label=gettext_lazy("What was agreed?"), required=False)
    at = MomentField(
        label=gettext_lazy("When"),
        required=False,
        help_text=gettext_lazy("Empty: just now. For one that is still to come, add a task."),
    )


LOG_FORMS: dict[str, type[LogForm]] = {
    form.kind.value: form for form in (NoteForm, CallForm, MailForm, MeetingForm)
}


class CorrectionForm(SmallForm):
    """Other words for what one wrote down."""

    note = NoteField(label=gettext_lazy("Text"), required=False)
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        self.name = f"correct-{activity.pk}"
        self.current_version = version_of(activity)
        super().__init__(*args, initial={"note": activity.note}, **kwargs)
        self.fields["note"].required = activity.kind == ActivityKind.NOTE


class TaskForm(SmallForm):
    """Something to do, by when, and who does it."""

    name = "task"
    tab = "tasks"
    title = forms.CharField(
        label=gettext_lazy("What is to be done?"),
        max_length=200,
        widget=forms.TextInput({"class": "mz-input"}),
    )
    due_at = MomentField(label=gettext_lazy("Due"))
    remind_at = MomentField(
        label=gettext_lazy("Remind at"), required=False, help_text=gettext_lazy("Empty: no reminder.")
    )
    assigned_to = forms.ChoiceField(label=gettext_lazy("Who"), widget=forms.Select({"class": "mz-select"}))

    def __init__(self, *args: Any, people: dict[str, User], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user, **people}
        chooser: Any = self.fields["assigned_to"]
        chooser.choices = [(key, str(person)) for key, person in self.people.items()]
        chooser.initial = str(user.pk)
        self.fields["due_at"].initial = _tomorrow_morning()

    def fields_of_task(self) -> dict[str, Any]:
        """As `add_task` takes them. Raises `Invalid`."""
        typed = checked(self)
        return {**typed, "assigned_to": self.people.get(typed["assigned_to"])}


class FileForm(SmallForm):
    """A file for a lead."""

    name = "file"
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        widget=forms.ClearableFileInput(
            {"class": "mz-input", "accept": ",".join(f".{name}" for name in FILE_TYPES)}
        ),
        validators=[
            FileExtensionValidator(
                FILE_TYPES,
                gettext_lazy(
                    "Files of type “.%(extension)s” cannot be put here. Documents, sheets, slides, pictures, "
                    "sound and video can."
                ),
            )
        ],
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Within the size limit."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > settings.ARTIFACT_MAX_BYTES:
            limit = settings.ARTIFACT_MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(_("The file is larger than %(limit)d MB.") % {"limit": limit})
        return upload


class MoveForm(SmallForm):
    """Another stage; a lost lead needs the reason."""

    name = "move"
    to = forms.ChoiceField(choices=LeadStatus.choices, widget=forms.HiddenInput)
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    lost_reason = forms.ChoiceField(
        label=gettext_lazy("Why was it lost?"),
        choices=[("", "–"), *((reason.value, reason.label) for reason in CHOOSABLE_REASONS)],
        required=False,
        widget=forms.Select({"class": "mz-select"}),
    )
    lost_note = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3, "class": "mz-textarea"}),
        help_text=gettext_lazy("Needed for the reason “Other”."),
    )


class AskForm(SmallForm):
    """A question about a lead for the agents."""

    name = "ask"
    question = forms.CharField(
        label=gettext_lazy("Ask the agent about this lead"),
        max_length=2_000,
        widget=forms.Textarea({"rows": 2, "class": "mz-textarea"}),
    )


def checked(form: forms.Form) -> dict[str, Any]:
    """What was typed, in Python's types. Raises `Invalid` with the sentences by field."""
    if form.is_valid():
        return form.cleaned_data
    errors = {name: [str(sentence) for sentence in found] for name, found in form.errors.items()}
    name, sentences = next(iter(errors.items()))
    field = form.fields.get(name)
    detail = f"{field.label}: {sentences[0]}" if field is not None and field.label else sentences[0]
    raise Invalid(detail, errors=errors)


class Refused(Exception):
    """What was typed into `form` cannot be done; the form says why, beside its fields."""

    def __init__(self, form: SmallForm, error: DomainError) -> None:
        super().__init__(error.detail)
        self.form = form
        self.error = error


@contextmanager
def kept(form: SmallForm) -> Iterator[None]:
    """A refusal inside becomes `Refused`, so that the form can be shown again as it was typed."""
    try:
        yield
    except DomainError as error:
        if form.is_valid():
            shown = (field.name for field in form.visible_fields())
            beside = next((name for name in shown if name in error.errors), None)
            form.add_error(beside, error.detail)
        raise Refused(form, error) from error


def _tomorrow_morning() -> datetime:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time(9)))
