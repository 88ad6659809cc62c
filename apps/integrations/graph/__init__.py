"""A thin client of Microsoft Graph v1.0: mail, calendar, Teams."""

from __future__ import annotations

from apps.integrations.graph.client import Graph, teams_graph
from apps.integrations.graph.types import Channel, Event, Mail, NewEvent, NewMail, TeamsMessage

__all__ = ["Channel", "Event", "Graph", "Mail", "NewEvent", "NewMail", "TeamsMessage", "teams_graph"]
