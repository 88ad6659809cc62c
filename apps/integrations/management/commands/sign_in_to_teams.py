"""Sign in once as the person in whose name Teams channels are written to."""

from __future__ import annotations

from typing import Any

import msal
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.errors import DomainError
from apps.integrations.choices import Provider
from apps.integrations.credentials import microsoft_of
from apps.integrations.graph.tokens import TEAMS_SCOPES, access_token, keep_teams_sign_in, public_app
from apps.integrations.models import Connection


class Command(BaseCommand):
    """Shows an address and a code; whoever opens it and types it is the one who writes. Kept encrypted."""

    help = "Signs somebody in, in whose name the assistant posts to Teams."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which connection, when there are several."""
        parser.add_argument("--connection", default="", help="its name; by default the newest active one")

    def handle(self, *_: Any, connection: str, **__: Any) -> None:
        """Wait until the person has signed in, or the code has run out."""
        rows = Connection.objects.filter(provider=Provider.MICROSOFT, is_active=True)
        row = (rows.filter(name=connection) if connection else rows).order_by("-created_at").first()
        if row is None:
            raise CommandError("There is no such Microsoft 365 connection. Add one in the admin first.")
        try:
            cache = msal.SerializableTokenCache()
            app = public_app(microsoft_of(row), cache)
            flow = app.initiate_device_flow(scopes=TEAMS_SCOPES)
            if "message" not in flow:
                raise CommandError(
                    f"Microsoft did not start the sign-in: {flow.get('error_description', flow)}"
                )
            self.stdout.write(str(flow["message"]))
            access_token(app.acquire_token_by_device_flow(flow))
        except DomainError as error:
            raise CommandError(error.detail) from error
        keep_teams_sign_in(connection_id=row.pk, cache=cache.serialize())
        self.stdout.write("Signed in. The assistant can post to Teams now.")
