"""Where the bytes of artifacts live: the file system or S3, by `ARTIFACT_STORAGE`."""

from __future__ import annotations

from typing import Any

from mezzofy.settings.env import DATA_DIR, env

ARTIFACT_MAX_BYTES = env.int("ARTIFACT_MAX_BYTES", default=100 * 1024 * 1024)
# Uploads stream to a temporary file above this; only JSON bodies count against the other limit.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024


def artifact_storage() -> dict[str, Any]:
    """The Django storage definition of artifacts, from the environment."""
    if env.str("ARTIFACT_STORAGE", default="filesystem") == "s3":
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": env.str("AWS_STORAGE_BUCKET_NAME", default="mezzofy-ai-artifacts"),
                "access_key": env.str("AWS_ACCESS_KEY_ID", default=None),
                "secret_key": env.str("AWS_SECRET_ACCESS_KEY", default=None),
                "region_name": env.str("AWS_S3_REGION_NAME", default="ap-southeast-1"),
                "endpoint_url": env.str("AWS_S3_ENDPOINT_URL", default=None),
                "default_acl": None,
                "file_overwrite": False,
                "querystring_auth": True,
            },
        }
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "artifacts",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


STORAGES: dict[str, Any] = {
    "default": artifact_storage(),
    "artifacts": artifact_storage(),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
