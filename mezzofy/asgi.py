"""ASGI door: HTTP and the sockets in one process locally, the sockets alone behind nginx."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mezzofy.settings.local")
http_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from apps.chat.consumers import ChatConsumer  # noqa: E402
from apps.chat.origins import PageOriginValidator  # noqa: E402
from apps.core.sockets import NoSuchSocket  # noqa: E402
from apps.crm.consumers import LeadConsumer  # noqa: E402

sockets = [
    path("api/chat/ws", ChatConsumer.as_asgi()),
    path("api/crm/ws", LeadConsumer.as_asgi()),
    re_path("", NoSuchSocket.as_asgi()),
]

application = ProtocolTypeRouter(
    {
        "http": http_application,
        "websocket": PageOriginValidator(CookieMiddleware(URLRouter(sockets))),
    }
)
