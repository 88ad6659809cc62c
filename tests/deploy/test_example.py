from __future__ import annotations

import re

import pytest

from deploy.local.environment import parse
from deploy.local.place import REPOSITORY

EXAMPLE = (REPOSITORY / ".env.example").read_text()
# Read by the settings, but no business of whoever installs the platform: fine tuning.
INTERNAL = re.compile(
    r"SECURE_SSL_REDIRECT|ASSISTANT_(LEASE_SECONDS|HEAVY_WORKER)|LLM_[A-Z]+_?[A-Z]*"
    r"|WEB_(TIMEOUT|MAX_PAGE|MAX_FILE|PAUSE|PATIENCE|PAGES_PER_RUN|FRESH|LINKEDIN_PAUSE|BROWSER_TIMEOUT)"
)
CONTRACT = (
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
    *(
        "MOONSHOT_API_KEY",
        "MOONSHOT_BASE_URL",
        "LLM_PRIMARY",
        "LLM_FALLBACK",
        "ARTIFACT_STORAGE",
        "SENTRY_DSN",
    ),
    "MEZZOFY_DATA_DIR",
)


def documented() -> dict[str, str]:
    return parse(re.sub(r"(?m)^# (?=[A-Z_0-9]+=)", "", EXAMPLE))


@pytest.mark.parametrize("name", CONTRACT)
def test_each_promised_variable_is_documented(name: str) -> None:
    assert name in documented()


@pytest.mark.parametrize("family", ["AWS_", "MS_GRAPH_", "ZOHO_", "SHOPIFY_", "FCM_"])
def test_each_promised_family_is_documented(family: str) -> None:
    assert any(name.startswith(family) for name in documented())


def test_each_variable_that_the_settings_read_is_documented() -> None:
    files = [path for path in (REPOSITORY / "mezzofy" / "settings").glob("*.py") if path.name != "test.py"]
    code = "".join(path.read_text() for path in files)
    read = {name for name in re.findall(r'\benv\.\w+\(\s*"(\w+)"', code) if not INTERNAL.fullmatch(name)}
    assert read - set(documented()) == set()


def test_a_copy_changes_nothing_until_edited() -> None:
    assert parse(EXAMPLE) == {}
