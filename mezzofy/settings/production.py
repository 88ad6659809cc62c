"""Behind nginx with TLS; refuses to start on a weak configuration (see `mezzofy.checks`)."""

from __future__ import annotations

from apps.core.masking import scrubbed
from mezzofy.settings.base import *  # noqa: F403
from mezzofy.settings.base import STORAGES
from mezzofy.settings.env import env

DEBUG = env.bool("DEBUG", default=False)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

if dsn := env.str("SENTRY_DSN", default=""):
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        before_send=scrubbed,
        before_send_transaction=scrubbed,
        before_breadcrumb=scrubbed,
    )
