"""From words to agent and skill."""

from apps.assistant.routing.router import Route, choose_route

__all__ = ["Route", "choose_route"]
