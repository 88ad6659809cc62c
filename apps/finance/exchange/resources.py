"""The columns of a file of entries, and how a row becomes a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export import fields, resources
from import_export.results import Result

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.finance.choices import EntryKind, EntryStatus
from apps.finance.exchange.cells import Columns, read_cells
from apps.finance.models import Category, Entry
from apps.finance.services.drafts import record_draft
from apps.reports.exchange.formats import CELLS, ROW_NUMBER, FileRows
from apps.reports.exchange.results import NumberedResult

#: What a row sets, in the order of the file.
IMPORTED = (
    "booked_on", "category", "party", "description", "amount", "currency", "paid_on", "external_reference",
)  # fmt: skip
#: Entries that agree in these are the same one.
SAME = ("booked_on", "category", "party", "description", "amount", "currency")


class EntryResource(resources.ModelResource):
    """Entries with the headings that the importer understands, so that an exported file can come back.

    Each row becomes a draft: posting is for people. A row that is in the ledger already, by its ID, by its
    reference or because all of it agrees, is skipped. Rows that make no sense are errors, and then nothing of
    the file is imported.
    """

    id = fields.Field("id", "ID", readonly=True)
    booked_on = fields.Field("booked_on", "Date")
    kind = fields.Field("category__kind", "Type", readonly=True)
    category = fields.Field("category__name", "Category")
    party = fields.Field("party", "From or to")
    description = fields.Field("description", "What for")
    amount = fields.Field("amount", "Amount")
    currency = fields.Field("currency", "Currency")
    paid_on = fields.Field("paid_on", "Paid on")
    external_reference = fields.Field("external_reference", "Reference")
    status = fields.Field("status", "Status", readonly=True)
    counts_as = fields.Field(None, "Counts as", readonly=True)
    reverses = fields.Field("reverses_id", "Takes back", readonly=True)
    document = fields.Field("document__name", "Document", readonly=True)
    recorded_by = fields.Field("recorded_by__email", "Recorded by", readonly=True)
    posted_by = fields.Field("posted_by__email", "Posted by", readonly=True)
    posted_at = fields.Field("posted_at", "Posted", readonly=True)

    class Meta:
        model = Entry
        import_id_fields: ClassVar[list[str]] = []
        fields = (
            "id", "booked_on", "kind", "category", "party", "description", "amount", "currency", "paid_on",
            "external_reference", "status", "counts_as", "reverses", "document", "recorded_by", "posted_by",
            "posted_at",
        )  # fmt: skip
        report_skipped = True
        use_transactions = True
        skip_html_diff = False

    user: User
    file_name: str
    began: datetime
    columns: Columns
    categories: list[Category]
    read: dict[str, Any]
    #: The fields of each row that became a draft.
    taken: list[dict[str, Any]]

    def get_result_class(self) -> type[Result]:
        """With the numbers of the file."""
        return NumberedResult

    def get_import_order(self) -> list[str]:
        """What a row can set, which is also what the preview shows."""
        return [name for name in self._meta.fields if name in IMPORTED]

    def before_import(self, dataset: FileRows, **kwargs: Any) -> None:
        """Recognise the headings. Raises ValidationError where a column is missing."""
        self.user, self.file_name = kwargs["user"], str(kwargs.get("file_name", ""))[:200]
        self.began, self.taken = timezone.now(), []
        self.columns = Columns.of(dataset.headings)
        if self.columns.missing:
            names = ", ".join(f"“{self.fields[name].column_name}”" for name in self.columns.missing)
            raise ValidationError(_("There is no column %(names)s.") % {"names": names})
        self.categories = list(Category.objects.visible_to(self.user).active())

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002
        """Read the cells. Raises ValidationError with all that is wrong with them."""
        # The preview shows a wrong row under the headings of an entry, whatever they are called in the file.
        for name in IMPORTED:
            row[self.fields[name].column_name] = self.columns.cell(row[CELLS], name)
        self.read, wrong = read_cells(self.columns, row[CELLS], self.categories)
        if wrong:
            raise ValidationError({name: [reason] for name, reason in wrong.items()})

    def get_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> Entry | None:  # noqa: ARG002
        """The entry whose ID the row names, if the user may see it: it must be the same in the file."""
        text = self.columns.cell(row[CELLS], "id")
        if not text:
            return None
        try:
            entry = Entry.objects.visible_to(self.user).select_related("category").get(pk=UUID(text))
        except (Entry.DoesNotExist, ValueError) as error:
            reason = _("There is no entry with the ID %(id)s. Leave it empty for a new one.")
            raise ValidationError(reason % {"id": text}) from error
        if any(getattr(entry, name) != self.read[name] for name in SAME):
            raise ValidationError(
                _(
                    "This entry is in the ledger with other values. A file adds entries and changes none: "
                    "edit a draft on its page, reverse what is posted."
                )
            )
        return entry

    def import_instance(self, instance: Entry, row: Mapping[str, Any], **kwargs: Any) -> None:  # noqa: ARG002
        """Show the row's values on the draft, for the preview."""
        if instance._state.adding:
            for name, value in self.read.items():
                setattr(instance, name, value)

    def validate_instance(self, instance: Entry, *args: Any, **kwargs: Any) -> None:
        """The service checks."""

    def skip_row(self, instance: Entry, original: Entry | None, row: Any, *args: Any) -> bool:  # noqa: ARG002
        """What is in the ledger already; two equal rows of one file are two entries."""
        if not instance._state.adding:
            return True
        read = self.read
        same = Q(**{name: read[name] for name in SAME}, created_at__lt=self.began)
        if read["external_reference"]:
            same |= Q(external_reference=read["external_reference"])
        known = Entry.objects.visible_to(self.user).exclude(status=EntryStatus.VOID)
        return known.filter(same).exists()

    def save_instance(self, instance: Entry, is_create: bool, row: Mapping[str, Any], **kwargs: Any) -> None:  # noqa: ARG002
        """Through the service, also in the preview: what it shows is what will happen."""
        told = {"file": self.file_name, "row": row[ROW_NUMBER]}
        why = _("From the file %(file)s, row %(row)s.") % told
        try:
            instance.pk = record_draft(actor=self.user, why=why, **self.read).pk
        except DomainError as error:
            raise ValidationError(error.detail) from error
        self.taken.append(self.read)

    def dehydrate_counts_as(self, entry: Entry) -> Decimal | None:
        """What it adds to the result: below zero for what was spent; empty for what does not count."""
        if not entry.is_posted:
            return None
        sign = 1 if entry.category.kind == EntryKind.REVENUE else -1
        return sign * Decimal(entry.signed)
