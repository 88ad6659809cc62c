"""The columns of a file of leads, and how a row becomes a lead or changes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export import fields, resources
from import_export.results import Result, RowResult

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.crm.importing.drafts import LeadDraft, RowReader, owners_by_name
from apps.crm.importing.headings import match_columns
from apps.crm.importing.money import parse_money
from apps.crm.importing.values import Refusal, cell
from apps.crm.models import Lead, LeadImport
from apps.crm.selectors import lead_holders
from apps.crm.services import leads
from apps.crm.services.leads import NewLeadFields
from apps.perception.tables import Row
from apps.reports.exchange.formats import CELLS, ROW_NUMBER, FileRows
from apps.reports.exchange.results import NumberedResult

#: Fields that a row may set on a lead that is already there. Stages are moved, not imported.
CHANGEABLE = (
    "company_name",
    "contact_name",
    "contact_email",
    "contact_phone",
    "industry",
    "location",
    "source",
    "notes",
    "follow_up_date",
    "value",
    "currency",
)
#: Of a lead never empty: an empty cell says nothing about them.
ALWAYS_FILLED = ("source", "currency")
ID = "ID"


class LeadResource(resources.ModelResource):
    """Leads with the headings that the importer understands, so that an exported file can come back.

    A row with the ID of a lead changes it; a row without makes a new one. Rows that repeat a lead are skipped
    with the reason; rows that make no sense are errors, and then nothing of the file is imported.
    """

    id = fields.Field("id", ID, readonly=True)
    company_name = fields.Field("company_name", "Company")
    contact_name = fields.Field("contact_name", "Contact")
    contact_email = fields.Field("contact_email", "E-mail")
    contact_phone = fields.Field("contact_phone", "Phone")
    industry = fields.Field("industry", "Industry")
    location = fields.Field("location", "Location")
    source = fields.Field("source", "Source")
    status = fields.Field("status", "Status")
    owner = fields.Field("assigned_to__email", "Owner", readonly=True)
    value = fields.Field("value", "Value")
    currency = fields.Field("currency", "Currency")
    expected_close = fields.Field("expected_close", "Expected close", readonly=True)
    follow_up_date = fields.Field("follow_up_date", "Follow up on")
    last_contacted = fields.Field("last_contacted", "Last contacted", readonly=True)
    lost_reason = fields.Field("lost_reason", "Lost reason", readonly=True)
    notes = fields.Field("notes", "Notes")
    created_at = fields.Field("created_at", "Created", readonly=True)

    class Meta:
        model = Lead
        import_id_fields: ClassVar[list[str]] = []
        fields = (
            "id", "company_name", "contact_name", "contact_email", "contact_phone", "industry", "location",
            "source", "status", "owner", "value", "currency", "expected_close", "follow_up_date",
            "last_contacted", "lost_reason", "notes", "created_at",
        )  # fmt: skip
        report_skipped = True
        use_transactions = True
        skip_html_diff = False

    user: User
    file: LeadImport
    people: dict[UUID, User]
    reader: RowReader
    draft: LeadDraft
    id_column: int | None

    def get_result_class(self) -> type[Result]:
        """With the numbers of the file."""
        return NumberedResult

    def get_import_order(self) -> list[str]:
        """What a row can set, which is also what the preview shows."""
        return [name for name in self._meta.fields if name in {*CHANGEABLE, "status"}]

    def before_import(self, dataset: FileRows, **kwargs: Any) -> None:
        """Recognise the headings. Raises ValidationError without a column of companies."""
        self.user = kwargs["user"]
        headings = dataset.headings
        columns = match_columns(headings)
        if "company_name" not in columns.fields:
            raise ValidationError("There is no column with the company name. Please name one “Company”.")
        self.id_column = headings.index(ID) if ID in headings else None
        self.people = {person.pk: person for person in self._assignable()}
        owners, zone = owners_by_name(self.people.values()), ZoneInfo(self.user.timezone)
        self.reader = RowReader(columns, self.user.pk, owners, timezone.now(), zone)
        self.file = LeadImport.objects.create(
            user=self.user, file_name=str(kwargs.get("file_name", ""))[:200]
        )

    def after_import(self, dataset: FileRows, result: Result, **kwargs: Any) -> None:  # noqa: ARG002
        """Keep what became of the rows."""
        self.file.rows = result.total_rows
        self.file.created = result.totals[RowResult.IMPORT_TYPE_NEW]
        self.file.duplicates = result.totals[RowResult.IMPORT_TYPE_SKIP]
        self.file.save()

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002
        """Read the cells. Raises ValidationError with the reason why they make no lead."""
        cells = row[CELLS]
        # The preview shows a wrong row under the headings of a lead, whatever they are called in the file.
        at = self.reader.columns.fields
        row.update({self.fields[name].column_name: cells[at[name]] for name in self.fields if name in at})
        try:
            self.draft = self.reader.read(Row(row[ROW_NUMBER], cells))
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal

    def get_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> Lead | None:  # noqa: ARG002
        """The lead whose ID the row names, if the user may see it."""
        text = row[CELLS][self.id_column] if self.id_column is not None else ""
        if not text:
            return None
        try:
            return Lead.objects.visible_to(self.user).get(pk=UUID(str(text)))
        except (Lead.DoesNotExist, ValueError) as error:
            raise ValidationError(f"There is no lead with the ID {text}.") from error

    def import_instance(self, instance: Lead, row: Mapping[str, Any], **kwargs: Any) -> None:  # noqa: ARG002
        """Show the row's values on the lead, for the preview."""
        is_new = instance._state.adding
        for name in (*CHANGEABLE, "status") if is_new else self._sent(row):
            setattr(instance, name, getattr(self.draft, name))

    def validate_instance(self, instance: Lead, *args: Any, **kwargs: Any) -> None:
        """The service checks."""

    def skip_row(self, instance: Lead, original: Lead | None, row: Any, *args: Any) -> bool:  # noqa: ARG002
        """Rows that change nothing, and new ones that repeat a lead."""
        if not instance._state.adding:
            return all(getattr(instance, name) == getattr(original, name) for name in CHANGEABLE)
        draft = self.draft
        same = Lead.objects.same_as(
            email=draft.contact_email, company=draft.company_key, phone=draft.phone_key
        )
        return same.exists()

    def save_instance(self, instance: Lead, is_create: bool, row: Mapping[str, Any], **kwargs: Any) -> None:  # noqa: ARG002
        """Through the services, also in the preview: what it shows is what will happen."""
        try:
            if is_create:
                made = leads.create_lead(actor=self.user, **self._fields(self.draft))
                instance.pk = made.pk
            else:
                changed = {name: getattr(instance, name) for name in self._sent(row)}
                leads.update_lead(actor=self.user, lead=instance, **changed)
        except DomainError as error:
            raise ValidationError(error.detail) from error

    def dehydrate_owner(self, lead: Lead) -> str:
        """The owner's address, by which an import finds them again."""
        return lead.assigned_to.email if lead.assigned_to else ""

    def _sent(self, row: Mapping[str, Any]) -> list[str]:
        """The fields that the row sets on a lead that is there; a value may name its currency."""
        at = self.reader.columns.fields
        texts = {name: cell(row[CELLS][at[name]]) for name in CHANGEABLE if name in at}
        sent = [name for name, text in texts.items() if text or name not in ALWAYS_FILLED]
        if "currency" not in sent and texts.get("value") and parse_money(texts["value"])[1]:
            sent.append("currency")
        return sent

    def _fields(self, draft: LeadDraft) -> NewLeadFields:
        fields: dict[str, Any] = {name: getattr(draft, name) for name in CHANGEABLE}
        owner = self.people.get(draft.assigned_to, self.user)
        origin = {"imported_by": self.file, "import_row": draft.row, "extra": draft.extra}
        return cast("NewLeadFields", {**fields, **origin, "status": draft.status, "assigned_to": owner})

    def _assignable(self) -> Iterable[User]:
        """Those to whom this person may give leads."""
        return lead_holders() if self.user.has_perm("crm.assign_lead") else ()
