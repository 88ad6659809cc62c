"""`make run`: embedded services, demo users, nothing to configure."""

from __future__ import annotations

from mezzofy.settings.base import *  # noqa: F403
from mezzofy.settings.env import env

# Off also here: an unknown address answers as in production, not with a page for developers.
DEBUG = env.bool("DEBUG", default=False)
LOCAL_MODE = True
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SECRET_KEY = env.str("SECRET_KEY", default="") or "local-start-without-the-launcher-" + "x" * 32
PUBLIC_URL = env.str("PUBLIC_URL", default="") or f"http://localhost:{env.int('PORT', default=8000)}"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
