"""What holds in every place the platform runs."""

from __future__ import annotations

from datetime import timedelta

from mezzofy.settings.admin import UNFOLD  # noqa: F401
from mezzofy.settings.env import BASE_DIR, DATA_DIR, env
from mezzofy.settings.integrations import FIELD_ENCRYPTION_KEYS, INTEGRATIONS  # noqa: F401
from mezzofy.settings.llm import LLM  # noqa: F401
from mezzofy.settings.logging import LOGGING, LOGGING_CONFIG  # noqa: F401
from mezzofy.settings.security import *  # noqa: F403
from mezzofy.settings.storage import (  # noqa: F401
    ARTIFACT_MAX_BYTES,
    DATA_UPLOAD_MAX_MEMORY_SIZE,
    FILE_UPLOAD_MAX_MEMORY_SIZE,
    STORAGES,
)
from mezzofy.settings.web import WEB  # noqa: F401

DEBUG = False
LOCAL_MODE = False
SECRET_KEY = env.str("SECRET_KEY", default="")
# Where people reach the site, for links in mails; without it, mails with links are not sent.
PUBLIC_URL = env.str("PUBLIC_URL", default="")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "mezzofy.apps.MezzofyConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "mezzofy.apps.MezzofyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "import_export",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_structlog",
    "django_celery_beat",
    "axes",
    "csp",
    "apps.core",
    "apps.audit",
    "apps.accounts",
    "apps.notifications",
    "apps.artifacts",
    "apps.contacts",
    "apps.conversations",
    "apps.llm",
    "apps.integrations",
    "apps.knowledge",
    "apps.perception",
    "apps.documents",
    "apps.analysis",
    "apps.brand",
    "apps.reports",
    "apps.assistant",
    "apps.crm",
    "apps.finance",
    "apps.chat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "apps.audit.middleware.AuditContextMiddleware",
    "apps.accounts.middleware.UserTimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mezzofy.middleware.ContentSecurityPolicyMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "mezzofy.urls"
WSGI_APPLICATION = "mezzofy.wsgi.application"
ASGI_APPLICATION = "mezzofy.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default="postgres://mezzofy@127.0.0.1:5432/mezzofy")}
# A pool instead of persistent connections: 64 runs wait for models in threads, and a waiting run must
# hold no connection, so connections are lent for the length of a transaction.
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Reports sort and group hundreds of thousands of rows; PostgreSQL's own 4 MB would send that to the disk.
# Behind a pooler that takes no start-up options, set it to nothing here and in PostgreSQL itself.
_work_mem = env.str("DATABASE_WORK_MEM", default="32MB")
DATABASES["default"]["OPTIONS"] = {
    **({"options": f"-c work_mem={_work_mem}"} if _work_mem else {}),
    "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=12), "timeout": 15},
    "connect_timeout": 5,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL}], "prefix": "mezzofy"},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = REDIS_URL
CELERY_RESULT_EXPIRES = 3600
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "assistant"
CELERY_TASK_ROUTES = {
    "assistant.perform_heavy": {"queue": "heavy"},
    "assistant.rehearse": {"queue": "heavy"},
    "artifacts.sweep": {"queue": "heavy"},
    "reports.make_export": {"queue": "heavy"},
    "knowledge.index_upload": {"queue": "heavy"},
    "knowledge.refresh": {"queue": "heavy"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep-runs": {"task": "assistant.sweep_runs", "schedule": 10.0},
    "sweep-report-exports": {"task": "reports.sweep_exports", "schedule": 10.0},
    "sweep-artifacts": {"task": "artifacts.sweep", "schedule": 600.0},
    "forget-idempotency-keys": {"task": "core.forget_idempotency_keys", "schedule": 3600.0},
    "sweep-reservations": {"task": "llm.sweep_reservations", "schedule": 60.0},
    "refresh-knowledge": {"task": "knowledge.refresh", "schedule": 120.0},
    "sweep-outbox": {"task": "integrations.sweep", "schedule": 10.0},
    "look-for-bounces": {"task": "integrations.look_for_bounces", "schedule": 300.0},
    "remind-of-tasks": {"task": "crm.remind", "schedule": 60.0},
    "compact-lead-tally": {"task": "crm.compact_tally", "schedule": 300.0},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "apps.accounts.backends.RolesBackend"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.authentication.AuditedJWTAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.schema.ProblemAutoSchema",
    "DEFAULT_THROTTLE_RATES": {"login": "20/min", "chat": "60/min"},
    "EXCEPTION_HANDLER": "apps.core.api.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mezzofy",
    "DESCRIPTION": "The AI back office: chat with the department agents, files, approvals, users.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api",
    # The browser of the API is served from here: a strict policy, and no internet needed.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "RunStatus": "apps.assistant.choices.RunStatus",
        "StepStatus": "apps.assistant.choices.StepStatus",
        "StepKind": "apps.assistant.choices.StepKind",
        "ApprovalStatus": "apps.assistant.choices.ApprovalStatus",
        "ApprovalReason": "apps.assistant.choices.ApprovalReason",
        "FileKind": "apps.artifacts.choices.Kind",
        "LeadStatus": "apps.crm.choices.LeadStatus",
        "LostReason": "apps.crm.choices.LostReason",
        "CustomerStatus": "apps.crm.choices.CustomerStatus",
        "ExportStatus": "apps.reports.choices.ExportStatus",
    },
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=30),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "UPDATE_LAST_LOGIN": True,
    "CHECK_REVOKE_TOKEN": True,
}

# Between preview and confirmation an uploaded file waits where every process finds it.
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.CacheStorage"
IMPORT_EXPORT_USE_TRANSACTIONS = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("ms", "Bahasa Melayu")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["mezzofy.formats"]
TIME_ZONE = "Asia/Singapore"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "staticfiles"
# An address that is typed without it begins with https, as it will by default in Django 6.
FORMS_URLFIELD_ASSUME_HTTPS = True
KNOWLEDGE_DIR = BASE_DIR / "knowledge"

DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

ASSISTANT = {
    "MAX_STEPS": env.int("ASSISTANT_MAX_STEPS", default=24),
    "MAX_TOKENS": env.int("ASSISTANT_MAX_TOKENS", default=200_000),
    "MAX_SECONDS": env.int("ASSISTANT_MAX_SECONDS", default=600),
    "LEASE_SECONDS": env.int("ASSISTANT_LEASE_SECONDS", default=15),
    # How long a question to a person stays open.
    "APPROVAL_HOURS": env.int("ASSISTANT_APPROVAL_HOURS", default=72),
    # A rehearsal holds locks on rows as long as it lasts.
    "REHEARSAL_SECONDS": env.int("ASSISTANT_REHEARSAL_SECONDS", default=120),
    "PARALLEL_TOOLS": 4,
    # Off: heavy tools run where the run runs (terminal, tests).
    "HEAVY_WORKER": env.bool("ASSISTANT_HEAVY_WORKER", default=True),
}
