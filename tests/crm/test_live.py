"""The socket of the board, on the whole ASGI application with the real channel layer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from apps.accounts.models import User
from apps.core.sockets import IDLE, NOT_ALLOWED, NOT_AUTHENTICATED, TOO_MANY
from apps.crm import consumers, live
from apps.crm.models import Lead
from apps.crm.services.leads import update_lead
from apps.crm.services.moves import move_lead
from tests.chat.sockets import QUIET, SOON, Socket, in_thread, play
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db(transaction=True)

Enter = Callable[[User], Client]


@asynccontextmanager
async def connected(client: Client | None, origin: str = "") -> AsyncIterator[Socket]:
    """A socket of the board with the cookies of this browser."""
    from mezzofy.asgi import application

    head = {"host": "testserver"}
    if client is not None:
        head["cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    if origin:
        head["origin"] = origin
    encoded = [(name.encode(), value.encode()) for name, value in head.items()]
    communicator = WebsocketCommunicator(application, "/api/crm/ws", headers=encoded)
    accepted, _ = await communicator.connect(timeout=SOON)
    assert accepted
    try:
        yield Socket(communicator)
    finally:
        await communicator.disconnect(timeout=SOON)


@asynccontextmanager
async def listening(client: Client) -> AsyncIterator[Socket]:
    """A socket that has said that it hears."""
    async with connected(client) as socket:
        await socket.hear("ready")
        yield socket


async def quiet(socket: Socket) -> bool:
    return bool(await socket.communicator.receive_nothing(QUIET, 0.01))


def change(lead: Lead, **fields: Any) -> None:
    update_lead(actor=fields.pop("actor"), lead=lead, **fields)


def test_owner_and_manager_hear_of_a_move_and_a_colleague_does_not(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    owner, manager, colleague = (browser_client(who) for who in (cast.owner, cast.manager, cast.colleague))

    async def scene() -> None:
        async with listening(owner) as own, listening(manager) as all_leads, listening(colleague) as other:
            await in_thread(move_lead)(actor=cast.owner, lead=lead, to="contacted")
            for socket in (own, all_leads):
                frame = await socket.hear("lead.changed")
                assert frame == {"type": "lead.changed", "change": "moved", "lead_id": str(lead.pk)}
                assert await quiet(socket), "once for each"
            assert await quiet(other)

    play(scene())


def test_a_lead_that_is_given_away_is_told_to_both(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    owner, colleague = browser_client(cast.owner), browser_client(cast.colleague)

    async def scene() -> None:
        async with listening(owner) as before, listening(colleague) as after:
            await in_thread(change)(lead, actor=cast.manager, assigned_to=cast.colleague)
            assert (await before.hear("lead.changed"))["lead_id"] == str(lead.pk)
            assert (await after.hear("lead.changed"))["lead_id"] == str(lead.pk)

    play(scene())


def test_nothing_is_told_of_a_change_that_was_rolled_back(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    owner = browser_client(cast.owner)

    def roll_back() -> None:
        with transaction.atomic():
            live.announce("moved", lead_id=lead.pk, owner_ids={cast.owner.pk})
            transaction.set_rollback(True)

    async def scene() -> None:
        async with listening(owner) as socket:
            await in_thread(roll_back)()
            assert await quiet(socket)

    play(scene())


def test_a_stranger_is_4401_and_people_without_leads_4403(cast: Cast, browser_client: Enter) -> None:
    outsider, executive, signed_out = (
        browser_client(who) for who in (cast.outsider, cast.executive, cast.owner)
    )
    signed_out.logout()
    signed_out.cookies[settings.SESSION_COOKIE_NAME] = "ended"

    async def scene() -> None:
        for client, code in (
            (None, NOT_AUTHENTICATED),
            (signed_out, NOT_AUTHENTICATED),
            (outsider, NOT_ALLOWED),
            (executive, NOT_ALLOWED),
        ):
            async with connected(client) as socket:
                assert await socket.closed() == code

    play(scene())


def test_a_page_of_another_host_is_refused(
    cast: Cast, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezzofy.asgi import application

    validator = application.application_mapping["websocket"]
    monkeypatch.setattr(validator, "allowed_origins", ["testserver"])
    owner = browser_client(cast.owner)

    async def scene() -> None:
        async with connected(owner, origin="http://testserver") as socket:
            await socket.hear("ready")
        with pytest.raises(AssertionError):
            async with connected(owner, origin="https://evil.test"):
                pass

    play(scene())


def test_a_right_that_is_taken_away_closes_the_socket(
    cast: Cast, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RECHECK", 0.05)
    owner = browser_client(cast.owner)

    async def scene() -> None:
        async with listening(owner) as socket:
            await in_thread(cast.owner.groups.clear)()
            assert await socket.closed() == NOT_ALLOWED

    play(scene())


def test_a_rep_who_becomes_manager_hears_of_all_leads(
    cast: Cast, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RECHECK", 0.05)
    lead = LeadFactory(assigned_to=cast.colleague)
    owner = browser_client(cast.owner)

    def promote() -> None:
        cast.owner.groups.add(Group.objects.get(name="sales_manager"))

    async def scene() -> None:
        async with listening(owner) as socket:
            await in_thread(promote)()
            heard = None
            while heard is None:
                await in_thread(change)(lead, actor=cast.manager, notes="again")
                await in_thread(live.announce)("changed", lead_id=lead.pk, owner_ids={cast.colleague.pk})
                heard = None if await quiet(socket) else await socket.hear("lead.changed")

    play(scene())


def test_signing_out_closes_the_socket(
    cast: Cast, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RECHECK", 0.05)
    owner = browser_client(cast.owner)

    async def scene() -> None:
        async with listening(owner) as socket:
            await in_thread(owner.logout)()
            assert await socket.closed() == NOT_AUTHENTICATED

    play(scene())


def test_a_ping_is_answered_and_silence_and_noise_end_the_socket(
    cast: Cast, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = browser_client(cast.owner)

    async def noise() -> None:
        async with listening(owner) as socket:
            assert await socket.ask(type="ping") == {"type": "pong"}
            await socket.say_raw(b"\x00")
            await socket.hear("pong")
            monkeypatch.setattr(consumers, "FRAMES", 3)
            await socket.ask(type="ping")
            await socket.say(type="ping")
            assert await socket.closed() == TOO_MANY

    async def silence() -> None:
        async with listening(owner) as socket:
            assert await socket.closed() == IDLE

    play(noise())
    monkeypatch.setattr(consumers, "RECHECK", 0.05)
    monkeypatch.setattr(consumers, "IDLE_AFTER", 0.02)
    play(silence())


def test_the_channel_layer_being_away_does_not_undo_a_move(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)

    def away() -> Any:
        raise ConnectionError("no Redis")

    monkeypatch.setattr(live, "get_channel_layer", away)
    move_lead(actor=cast.owner, lead=lead, to="contacted")
    lead.refresh_from_db()
    assert lead.status == "contacted"
