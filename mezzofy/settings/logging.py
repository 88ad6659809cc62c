"""One readable log stream: a line per event, each with the correlation id of what caused it."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from apps.core.masking import without_keys
from mezzofy.settings.env import env

LOGGING_CONFIG = "logging.config.dictConfig"


def _is_no_probe(record: logging.LogRecord) -> bool:
    """Probes ask every few seconds; whether the platform is well is their business, not the log's."""
    if isinstance(record.msg, dict):
        return not str(record.msg.get("request", "")).startswith("GET /health")
    return not record.getMessage().endswith(": /health")


def _without_keys(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Of a link that decides it is only logged that there was one."""
    return {name: without_keys(value) if isinstance(value, str) else value for name, value in event.items()}


_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
]

_json = env.bool("LOG_JSON", default=False)
_renderer: Any = (
    structlog.processors.JSONRenderer()
    if _json
    else structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), pad_event_to=32, exception_formatter=structlog.dev.plain_traceback
    )
)

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared,
        structlog.processors.StackInfoRenderer(),
        *([structlog.processors.format_exc_info] if _json else []),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_probes": {"()": "django.utils.log.CallbackFilter", "callback": _is_no_probe}},
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_keys,
                _renderer,
            ],
        }
    },
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_probes"]}},
    "root": {"handlers": ["stream"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "django_structlog": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "botocore": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},
    },
}
