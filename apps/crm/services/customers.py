"""Companies that bought."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import services as audit
from apps.contacts.services import resolve_company
from apps.core.errors import Invalid, NotFound
from apps.core.versions import lock
from apps.crm.choices import CustomerStatus
from apps.crm.models import Customer, Lead
from apps.crm.services.locks import require


class CustomerFields(TypedDict, total=False):
    """What can be set on a customer from outside."""

    status: str
    account_manager: User | None


@transaction.atomic
def welcome(*, actor: User, lead: Lead, at: datetime) -> Customer:
    """The customer that a lead won at `at` becomes; a company that bought before keeps its first day.

    The lead is locked and saved by the caller: a company is linked when it has none.
    """
    if lead.company is None:
        lead.company = resolve_company(name=lead.company_name, industry=lead.industry, location=lead.location)
    customer, is_new = Customer.objects.select_for_update().get_or_create(
        company=lead.company, defaults={"lead": lead, "account_manager": lead.assigned_to, "since": at}
    )
    if is_new:
        audit.record(action="crm.customer.won", obj=customer, details={"lead": str(lead.pk)}, actor=actor)
    elif customer.status != CustomerStatus.ACTIVE:
        customer.status = CustomerStatus.ACTIVE
        customer.save()
        audit.record(
            action="crm.customer.returned", obj=customer, details={"lead": str(lead.pk)}, actor=actor
        )
    return customer


@transaction.atomic
def update_customer(
    *, actor: User, customer: Customer, version: str = "", **fields: Unpack[CustomerFields]
) -> Customer:
    """Change who looks after a customer, or whether it still is one; returns the new row.

    Raises `Forbidden`, `NotFound`, `Stale`, and `Invalid` for a status there is not, or for somebody who may
    not see customers.
    """
    require(actor, "crm.change_customer")
    if not Customer.objects.visible_to(actor).filter(pk=customer.pk).exists():
        raise NotFound(_("There is no such customer."))
    current = lock(customer, version)
    _check(fields)
    before = {name: getattr(current, name) for name in fields}
    for name, value in fields.items():
        setattr(current, name, value)
    changed = [name for name in fields if getattr(current, name) != before[name]]
    if changed:
        current.save()
        details = {name: [str(before[name] or ""), str(getattr(current, name) or "")] for name in changed}
        audit.record(action="crm.customer.updated", obj=current, details=details, actor=actor)
    return current


def _check(fields: CustomerFields) -> None:
    if "status" in fields and fields["status"] not in CustomerStatus:
        raise Invalid(_("A customer is active or churned."), errors={"status": ["unknown"]})
    manager = fields.get("account_manager")
    if manager is not None and not manager.has_perm("crm.view_customer"):
        raise Invalid(
            _("%(name)s may not see customers. Choose somebody of sales.") % {"name": manager.name},
            errors={"account_manager": ["cannot see customers"]},
        )
