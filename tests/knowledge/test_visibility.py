"""Who may read the knowledge base."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.knowledge.models import Document, Passage
from tests.conftest import Cast
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.usefixtures("knowledge_base")


def test_every_role_reads_everything(cast: Cast) -> None:
    for user in (cast.owner, cast.colleague, cast.manager, cast.outsider, cast.executive, cast.admin):
        assert Document.objects.visible_to(user).count() == Document.objects.count()
        assert Passage.objects.visible_to(user).count() == Passage.objects.count() > 100


def test_someone_without_the_permission_reads_nothing() -> None:
    stranger = UserFactory(name="Stan Stranger")
    assert not Document.objects.visible_to(stranger).exists()
    assert not Passage.objects.visible_to(stranger).exists()
    assert not Passage.objects.visible_to(AnonymousUser()).exists()


def test_someone_who_left_reads_nothing(cast: Cast) -> None:
    cast.owner.is_active = False
    assert not Passage.objects.visible_to(cast.owner).exists()


PAGES = {"knowledge_document": Document, "knowledge_passage": Passage}


def test_the_back_office_lists_and_shows_but_does_not_change(
    browser_client: Callable[[User], Client],
) -> None:
    client = browser_client(UserFactory(roles=["admin"], is_staff=True))
    for page, model in PAGES.items():
        row = model.objects.first()
        assert row is not None
        change = reverse(f"admin:{page}_change", args=[row.pk])
        assert client.get(reverse(f"admin:{page}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:{page}_changelist"), {"q": "voucher"}).status_code == 200
        assert client.get(change).status_code == 200
        assert client.post(change, {"title": "Changed"}).status_code == 403
    # Passages come out of files; only files are added.
    assert client.get(reverse("admin:knowledge_passage_add")).status_code == 403


def test_the_back_office_is_closed_without_the_permission(browser_client: Callable[[User], Client]) -> None:
    client = browser_client(UserFactory(is_staff=True))
    for page in PAGES:
        assert client.get(reverse(f"admin:{page}_changelist")).status_code == 403
