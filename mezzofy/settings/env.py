"""The one reader of the environment, and the two folders everything else is relative to."""

from __future__ import annotations

from pathlib import Path

import django_stubs_ext
import environ

# Lets Django's generic classes take their type argument at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("MEZZOFY_DATA_DIR", default="") or BASE_DIR / ".local")
