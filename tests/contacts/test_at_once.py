"""Two people who change companies, contacts and users at the same moment."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.accounts.services import update_user
from apps.contacts.models import Company
from apps.contacts.services import create_company, update_company
from apps.core.errors import Conflict, DomainError, Invalid
from tests.conftest import Cast
from tests.crm.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_takes_a_name_and_the_other_is_told(cast: Cast) -> None:
    first = create_company(actor=cast.admin, name="Silver Tiger")
    second = create_company(actor=cast.admin, name="Jade Turtle")
    for number in range(6):
        name = f"Golden Dragon {number}"
        results = at_once(
            lambda name=name: update_company(actor=cast.admin, company=first, name=name),
            lambda name=name: update_company(actor=cast.admin, company=second, name=name),
        )
        refused = [result for result in results if isinstance(result, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], DomainError)
        assert isinstance(refused[0], Conflict | Invalid)
        assert Company.objects.filter(name=name).count() == 1


def test_two_administrators_who_change_different_fields_of_a_user_both_get_their_way(cast: Cast) -> None:
    seen, also_seen = (User.objects.get(pk=cast.owner.pk) for _administrator in range(2))
    update_user(user=seen, name="Olive Oakley")
    update_user(user=also_seen, timezone="Asia/Hong_Kong")
    now = User.objects.get(pk=cast.owner.pk)
    assert (now.name, now.timezone) == ("Olive Oakley", "Asia/Hong_Kong")
