"""The test suite: real PostgreSQL and Redis, fast hashing, no key of a real model."""

from __future__ import annotations

import tempfile
from pathlib import Path

from mezzofy.settings.base import *  # noqa: F403
from mezzofy.settings.base import ASSISTANT, DATABASES, LLM, STORAGES
from mezzofy.settings.env import env

LOCAL_MODE = True
SECRET_KEY = "only-for-tests-" + "t" * 50
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"].setdefault("TEST", {})["NAME"] = env.str("TEST_DB_NAME", default="test_mezzofy")
_folder = Path(tempfile.mkdtemp(prefix="mezzofy-test-"))
for _name in ("default", "artifacts"):
    STORAGES[_name] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _folder / "artifacts"},
    }
LLM = {**LLM, "ANTHROPIC_API_KEY": "", "MOONSHOT_API_KEY": ""}
WHITENOISE_USE_FINDERS = True
ASSISTANT = {**ASSISTANT, "HEAVY_WORKER": False}
