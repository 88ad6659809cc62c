"""Other companies' services: where they are, and who we are there."""

from __future__ import annotations

from mezzofy.settings.env import env

#: Keys that secrets in the database are encrypted with, the newest first. Without any, one is derived from
#: SECRET_KEY, which also stays readable afterwards.
FIELD_ENCRYPTION_KEYS: list[str] = env.list("FIELD_ENCRYPTION_KEYS", default=[])

INTEGRATIONS = {
    "GRAPH_URL": env.str("MS_GRAPH_URL", default="https://graph.microsoft.com/v1.0"),
    "GRAPH_AUTHORITY": env.str("MS_GRAPH_AUTHORITY", default="https://login.microsoftonline.com"),
    # A certificate authority of one's own, for a proxy that opens TLS.
    "CA_FILE": env.str("INTEGRATIONS_CA_FILE", default=""),
    "MS_GRAPH_TENANT_ID": env.str("MS_GRAPH_TENANT_ID", default=""),
    "MS_GRAPH_CLIENT_ID": env.str("MS_GRAPH_CLIENT_ID", default=""),
    "MS_GRAPH_CLIENT_SECRET": env.str("MS_GRAPH_CLIENT_SECRET", default=""),
    "MS_GRAPH_MAILBOX": env.str("MS_GRAPH_MAILBOX", default=""),
    "FCM_URL": env.str("FCM_URL", default="https://fcm.googleapis.com/v1"),
    "FCM_CREDENTIALS_FILE": env.str("FCM_CREDENTIALS_FILE", default=""),
    # What is being sent belongs to one worker for so long; longer than any call may take with its waits.
    "LEASE_SECONDS": env.int("OUTBOX_LEASE_SECONDS", default=180),
    "MAX_ATTEMPTS": env.int("OUTBOX_MAX_ATTEMPTS", default=8),
}
