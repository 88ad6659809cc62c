"""What the script of the board says, in the language of the reader."""

from __future__ import annotations

from django.utils.translation import gettext as _


def board_words() -> dict[str, str]:
    """Sentences by name; `{…}` is filled in by the script."""
    return {**_cards(), **_moves(), **_keyboard(), **_states()}


def _cards() -> dict[str, str]:
    return {
        "card": _("{company}, {stage}"),
        "no_owner": _("Nobody’s lead"),
        "owner": _("Owner: {name}"),
        "days": _("{count} d"),
        "day_title": _("{count} day in this stage"),
        "day_old_title": _("{count} day in this stage, longer than it should be"),
        "days_title": _("{count} days in this stage"),
        "days_old_title": _("{count} days in this stage, longer than it should be"),
        "overdue": _("overdue"),
        "today": _("today"),
        "more": _("Load more"),
        "loading": _("Loading…"),
        "count_more": _("{count}+"),
        "count_title": _("{count} leads"),
        "count_more_title": _("More than {count} leads"),
        "weighted": _("weighted {sums}"),
        "weighted_title": _("Value times the chance to win of this stage ({percent} %)"),
        "no_value": _("no value yet"),
        "sum_unknown": _("too many to add up"),
        "column_empty": _("No lead here"),
        "fold": _("Cards of {stage}"),
        "menu": _("Move {company} to…"),
        "menu_title": _("Move to"),
        "menu_top": _("Top of this column"),
        "menu_up": _("One up"),
        "menu_down": _("One down"),
        "menu_open": _("Open the lead"),
    }


def _moves() -> dict[str, str]:
    return {
        "moved": _("{company} is now in {stage}."),
        "stale": _("{company} was changed by {who} in the meantime. The card shows it as it is now."),
        "somebody": _("somebody else"),
        "yourself": _("you, in another window,"),
        "gone": _("{company} is gone, or is not yours any more."),
        "unreachable": _("The server cannot be reached. The card went back; try again in a moment."),
        "failed": _("That did not work. The card went back; try again in a moment."),
        "not_allowed": _("A lead in {from} cannot go to {to}."),
        "allowed_next": _("Next it can be: {stages}."),
        "lost_title": _("Why was {company} lost?"),
        "reason_missing": _("Choose a reason."),
        "note_missing": _("Say in a few words why the lead was lost."),
    }


def _keyboard() -> dict[str, str]:
    return {
        "lifted": _("{company} picked up in {stage}, place {place} of {count}. Arrow keys move it."),
        "placed": _("{stage}, place {place} of {count}."),
        "dropped": _("{company} put down in {stage}, place {place}."),
        "cancelled": _("Cancelled. {company} is back in {stage}."),
        "no_way": _("No further way in that direction."),
    }


def _states() -> dict[str, str]:
    return {
        "live": _("Live"),
        "live_title": _("Changes of colleagues appear here by themselves."),
        "reconnecting": _("Reconnecting…"),
        "reconnecting_title": _("Changes of colleagues do not arrive at the moment."),
        "offline": _("Not live"),
        "offline_title": _("Reload the page to see changes of colleagues."),
        "load_failed": _("The board could not be read again. It may be out of date: reload the page."),
        "more_failed": _("More cards could not be loaded. Try again in a moment."),
    }
