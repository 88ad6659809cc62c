"""Companies that bought."""

from __future__ import annotations

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Forbidden, Invalid
from apps.core.versions import Stale, version_of
from apps.crm.choices import CustomerStatus
from apps.crm.models import Customer
from apps.crm.services.customers import update_customer
from tests.conftest import Cast
from tests.factories.crm import CustomerFactory

pytestmark = pytest.mark.django_db


def test_a_manager_says_who_looks_after_a_customer_and_whether_it_left(cast: Cast) -> None:
    customer = CustomerFactory(account_manager=cast.owner)
    update_customer(
        actor=cast.manager, customer=customer, account_manager=cast.colleague, status=CustomerStatus.CHURNED
    )
    customer.refresh_from_db()
    assert (customer.account_manager, customer.status) == (cast.colleague, "churned")
    event = AuditEvent.objects.get(action="crm.customer.updated")
    assert event.details["status"] == ["active", "churned"]


@pytest.mark.parametrize("who", ["owner", "colleague", "outsider", "executive"])
def test_others_do_not(cast: Cast, who: str) -> None:
    customer = CustomerFactory()
    with pytest.raises(Forbidden):
        update_customer(actor=getattr(cast, who), customer=customer, status=CustomerStatus.CHURNED)
    assert Customer.objects.get().status == CustomerStatus.ACTIVE


def test_a_status_that_does_not_exist_and_an_old_version_are_refused(cast: Cast) -> None:
    customer = CustomerFactory()
    with pytest.raises(Invalid):
        update_customer(actor=cast.manager, customer=customer, status="asleep")
    with pytest.raises(Invalid):
        update_customer(actor=cast.manager, customer=customer, account_manager=cast.outsider)
    seen = version_of(customer)
    update_customer(actor=cast.manager, customer=customer, version=seen, status=CustomerStatus.CHURNED)
    with pytest.raises(Stale):
        update_customer(actor=cast.manager, customer=customer, version=seen, status=CustomerStatus.ACTIVE)


def test_nothing_changed_is_no_change(cast: Cast) -> None:
    customer = CustomerFactory()
    same = update_customer(actor=cast.manager, customer=customer, status=CustomerStatus.ACTIVE)
    assert version_of(same) == version_of(customer)
    assert not AuditEvent.objects.filter(action__startswith="crm.").exists()


def test_customers_are_seen_by_those_with_the_right(cast: Cast) -> None:
    customer = CustomerFactory()
    seen = {
        who: Customer.objects.visible_to(getattr(cast, who)).filter(pk=customer.pk).exists()
        for who in ("owner", "colleague", "manager", "admin", "outsider", "executive")
    }
    assert {who for who, sees in seen.items() if sees} == {"owner", "colleague", "manager", "admin"}
