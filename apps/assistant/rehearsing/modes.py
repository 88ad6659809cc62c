"""Who can answer a rehearsal: the models that are configured, and no model at all."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.assistant.rehearsing.playing import OFFLINE
from apps.llm import services as llm
from apps.llm.models import ModelPrice


def modes() -> list[tuple[str, str]]:
    """Values that `play` takes as its mode, each with its name."""
    providers = llm.configured_providers()
    now = llm.active_mode()
    named = ModelPrice.objects.filter(provider__in=providers, exact=True).order_by("provider", "model")
    models = named.values_list("provider", "model").distinct()
    return [
        ("", _("As it is now (%(mode)s)") % {"mode": _name(now)}),
        (OFFLINE, _("Without a model")),
        *((provider, _name(provider)) for provider in providers),
        *((f"{provider}:{model}", f"{_name(provider)}: {model}") for provider, model in models),
    ]


def _name(mode: str) -> str:
    return str(_("without a model")) if mode == OFFLINE else mode.capitalize()
