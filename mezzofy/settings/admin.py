"""How the back office looks: django-unfold's settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _may(*permissions: str) -> Callable[[HttpRequest], bool]:
    """Whether the person has any of the permissions."""
    return lambda request: any(request.user.has_perm(permission) for permission in permissions)


def _link(title: Any, icon: str, name: str, *permissions: str, within: str = "") -> dict[str, Any]:
    """An entry of the side bar: `name` is that of the address below `admin:`.

    `within` names the address below which its pages lie, where that is not its own.
    """
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{name}"),
        "within": reverse_lazy(f"admin:{within or name}"),
        "permission": _may(*permissions),
    }


def _list(title: Any, icon: str, model: str) -> dict[str, Any]:
    """The list of a model, `<app>.<model>`, for those who may view it."""
    app, name = model.split(".")
    return _link(title, icon, f"{app}_{name}_changelist", f"{app}.view_{name}")


def _style(name: str) -> Callable[[HttpRequest], str]:
    return lambda request: static(f"admin_mezzofy/{name}")  # noqa: ARG005


def _mark(request: Any) -> str:  # noqa: ARG001
    return static("brand/mark.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Mezzofy",
    "SITE_HEADER": "Mezzofy",
    "SITE_SUBHEADER": _("Back office"),
    "SITE_URL": "/",
    "SITE_ICON": _mark,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _mark}],
    "STYLES": [_style("back_office.css"), _style("shell.css"), _style("home.css")],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    # Shades of the brand's coral (knowledge/brand/color_palette.yaml); 600 and 700 carry text and pass AA.
    "COLORS": {
        "primary": {
            "50": "#fff3f0",
            "100": "#ffe3dd",
            "200": "#ffc9be",
            "300": "#ffa492",
            "400": "#fb7a63",
            "500": "#f2543d",
            "600": "#c23420",
            "700": "#a32a18",
            "800": "#842417",
            "900": "#6d2217",
            "950": "#3c0d06",
        }
    },
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": [
            {
                "title": None,
                "items": [
                    {
                        "title": _("Home"),
                        "icon": "home",
                        "link": reverse_lazy("admin:index"),
                        "holds_pages": False,
                    },
                    _list(_("Notices"), "notifications", "notifications.notice"),
                    _list(_("Tasks"), "check_circle", "crm.task"),
                    {
                        "title": _("Reports"),
                        "icon": "monitoring",
                        "link": reverse_lazy("admin:reports"),
                        "permission": "mezzofy.navigation.may_read_reports",
                    },
                ],
            },
            {
                "title": _("Sales"),
                "items": [
                    _link(
                        _("Board"), "view_kanban", "crm_lead_board", "crm.view_lead", "crm.view_lead_summary"
                    ),
                    _list(_("Leads"), "handshake", "crm.lead"),
                    _list(_("Lead imports"), "upload_file", "crm.leadimport"),
                    _list(_("Stages"), "flag", "crm.stage"),
                ],
            },
            {
                "title": _("Customers and contacts"),
                "items": [
                    _list(_("Customers"), "storefront", "crm.customer"),
                    _list(_("Companies"), "apartment", "contacts.company"),
                    _list(_("Contacts"), "contacts", "contacts.contact"),
                    _list(_("Merges"), "merge", "crm.merge"),
                ],
            },
            {
                "title": _("Finance"),
                "items": [
                    _list(_("Ledger"), "receipt_long", "finance.entry"),
                    _list(_("Categories"), "category", "finance.category"),
                    _list(_("Closed months"), "lock", "finance.closedmonth"),
                ],
            },
            {
                "title": _("Assistant"),
                "items": [
                    {"title": _("Chat"), "icon": "chat", "link": "/", "holds_pages": False},
                    _link(
                        _("Approvals"),
                        "task_alt",
                        "assistant_approval_queue",
                        "assistant.view_approval",
                        within="assistant_approval_changelist",
                    ),
                    _list(_("Conversations"), "forum", "conversations.conversation"),
                    _list(_("Runs"), "play_circle", "assistant.run"),
                    _list(_("Files"), "folder_open", "artifacts.artifact"),
                    _list(_("Knowledge"), "menu_book", "knowledge.document"),
                    _link(
                        _("Test retrieval"), "search", "knowledge_test_retrieval", "knowledge.view_passage"
                    ),
                    _list(_("Web pages"), "travel_explore", "perception.webpage"),
                ],
            },
            {
                "title": _("Agents and trust"),
                "items": [
                    _list(_("Agents"), "smart_toy", "assistant.agentversion"),
                    _list(_("Tool policies"), "gavel", "assistant.toolpolicy"),
                    _list(_("Pre-approvals"), "verified", "assistant.grant"),
                    _list(_("Rehearsals"), "science", "assistant.rehearsal"),
                    _list(_("Evaluations"), "speed", "assistant.evaluation"),
                    _list(_("Evaluation cases"), "fact_check", "assistant.evaluationcase"),
                ],
            },
            {
                "title": _("Marketing"),
                "items": [
                    _list(_("Templates"), "design_services", "documents.template"),
                    _link(_("Brand rules"), "rule", "brand_rules", "documents.view_template"),
                ],
            },
            {
                "title": _("Models"),
                "items": [
                    _list(_("Model runs"), "neurology", "llm.modelrun"),
                    _list(_("Model prices"), "sell", "llm.modelprice"),
                    _list(_("Budgets"), "savings", "llm.budget"),
                ],
            },
            {
                "title": _("House"),
                "items": [
                    _list(_("E-mail log"), "mail", "audit.emaillog"),
                    _list(_("Outbox"), "outbox", "integrations.dispatch"),
                    _list(_("Connections"), "cable", "integrations.connection"),
                    _list(_("Users"), "group", "accounts.user"),
                    _list(_("Departments"), "groups", "accounts.department"),
                    _list(_("Roles"), "shield_person", "auth.group"),
                    _list(_("Audit"), "history", "audit.auditevent"),
                ],
            },
        ],
    },
}
