"""How the back office looks: django-unfold's settings."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _link(title: Any, icon: str, name: str, permission: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{name}_changelist"),
        "permission": lambda request: request.user.has_perm(permission),
    }


def _mark(request: Any) -> str:  # noqa: ARG001
    return static("brand/mark.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Mezzofy",
    "SITE_HEADER": "Mezzofy",
    "SITE_SUBHEADER": _("Back office"),
    "SITE_URL": "/",
    "SITE_ICON": _mark,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _mark}],
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
        "show_all_applications": False,
        "navigation": [
            {
                "title": _("Sales"),
                "items": [
                    _link(_("Leads"), "handshake", "crm_lead", "crm.view_lead"),
                    _link(_("Lead imports"), "upload_file", "crm_leadimport", "crm.view_leadimport"),
                    _link(_("Companies"), "apartment", "contacts_company", "contacts.view_company"),
                    _link(_("Contacts"), "contacts", "contacts_contact", "contacts.view_contact"),
                ],
            },
            {
                "title": _("Assistant"),
                "items": [
                    _link(
                        _("Conversations"),
                        "forum",
                        "conversations_conversation",
                        "conversations.view_conversation",
                    ),
                    _link(_("Runs"), "play_circle", "assistant_run", "assistant.view_run"),
                    _link(_("Approvals"), "task_alt", "assistant_approval", "assistant.view_approval"),
                    _link(_("Model runs"), "neurology", "llm_modelrun", "llm.view_modelrun"),
                    _link(_("Model prices"), "sell", "llm_modelprice", "llm.view_modelprice"),
                    _link(_("Budgets"), "savings", "llm_budget", "llm.view_budget"),
                    _link(_("Knowledge"), "menu_book", "knowledge_document", "knowledge.view_document"),
                ],
            },
            {
                "title": _("House"),
                "items": [
                    _link(_("Files"), "folder_open", "artifacts_artifact", "artifacts.view_artifact"),
                    _link(_("Users"), "group", "accounts_user", "accounts.view_user"),
                    _link(_("Departments"), "groups", "accounts_department", "accounts.view_department"),
                    _link(_("Roles"), "shield_person", "auth_group", "auth.view_group"),
                    _link(_("Audit"), "history", "audit_auditevent", "audit.view_auditevent"),
                ],
            },
        ],
    },
}
