"""The test suite: real PostgreSQL and Redis, fast hashing, no key of a real model."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from mezzofy.settings.base import *  # noqa: F403
from mezzofy.settings.base import ASSISTANT, DATABASES, INTEGRATIONS, LLM, REDIS_URL, STORAGES
from mezzofy.settings.env import env

LOCAL_MODE = True
SECRET_KEY = "only-for-tests-" + "t" * 50
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"].setdefault("TEST", {})["NAME"] = env.str("TEST_DB_NAME", default="test_mezzofy")
# Processes that a test starts read and write the same files as the test.
_folder = Path(env.str("MEZZOFY_TEST_FILES", default="") or tempfile.mkdtemp(prefix="mezzofy-test-"))
# Each parallel test process has a Redis database of its own: one empties its cache while another works.
# Messages of channels know no databases, so their names differ, too.
_number = int(env.str("PYTEST_XDIST_WORKER", default="gw0").removeprefix("gw")) % 15 + 1
REDIS_URL = CELERY_BROKER_URL = CELERY_RESULT_BACKEND = (
    urlsplit(REDIS_URL)._replace(path=f"/{_number}").geturl()
)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL}], "prefix": f"mezzofy-test-{_number}"},
    }
}
for _name in ("default", "artifacts"):
    STORAGES[_name] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _folder / "artifacts"},
    }
LLM = {**LLM, "ANTHROPIC_API_KEY": "", "MOONSHOT_API_KEY": ""}
_keys = [name for name in INTEGRATIONS if name.startswith("MS_GRAPH_")]
INTEGRATIONS = {**INTEGRATIONS, **dict.fromkeys([*_keys, "FCM_CREDENTIALS_FILE"], "")}
FIELD_ENCRYPTION_KEYS = []
WHITENOISE_USE_FINDERS = True
# Else every test client looks through all static files before its first request.
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
ASSISTANT = {**ASSISTANT, "HEAVY_WORKER": False}
