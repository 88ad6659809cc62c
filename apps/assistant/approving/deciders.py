"""Who may answer a question."""

from __future__ import annotations

import unicodedata
from itertools import islice

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.approving.policies import effect_of
from apps.assistant.choices import ApprovalStatus
from apps.assistant.models import Approval
from apps.assistant.toolkit import tools

#: So many people are told of a question at most, and so many are named to whoever may not decide it.
MOST, NAMED = 50, 5
DEPARTMENT, ALL = "decide_department_approvals", "decide_all_approvals"


def decides_for(user: User, department: str) -> bool:
    """Whether deciding on others' approvals of a department is this person's."""
    if not user.is_active:
        return False
    if user.has_perm(f"assistant.{ALL}"):
        return True
    return bool(department) and user.department_id == department and user.has_perm(f"assistant.{DEPARTMENT}")


def decidable_people(user: User) -> QuerySet[User]:
    """The people on whose approvals this person decides."""
    people: QuerySet[User] = User.objects.active()
    if user.has_perm(f"assistant.{ALL}"):
        return people
    if user.department_id and user.has_perm(f"assistant.{DEPARTMENT}"):
        return people.filter(department=user.department_id)
    return people.none()


def is_same_person(one: User, other: User) -> bool:
    """Whether two accounts are one person's as far as we can tell: one mailbox, with a tag or without."""
    return one.pk == other.pk or _mailbox(one) == _mailbox(other)


def _mailbox(user: User) -> str:
    name, _at, host = unicodedata.normalize("NFKC", user.email).casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{host}" if name else f"{user.pk}"


def reason_against(approval: Approval, user: User, *, approving: bool = True) -> str:
    """ "" when the person may answer, else the sentence why not. Says nothing on whether it is still open.

    Who asked may always say no; above a four-eyes amount, another person has to say yes.
    """
    is_requester = approval.run.user_id == user.pk
    if not user.is_active:
        return _("This account is no longer in use.")
    is_same = is_requester or is_same_person(approval.run.user, user)
    if not is_requester and not decides_for(user, approval.run.department):
        return _("You may not decide this: it is another department's.")
    tool = tools.get(approval.tool)
    if tool is None or not tool.allowed(user):
        return _("You may not decide this: you do not have the right to do it yourself.")
    ruling = effect_of(tool, user, approval.run.agent)
    if ruling.is_denied:
        return _("You may not decide this: a policy denies it to you.")
    # As it was when the question was asked, or by a policy that has become stricter since.
    four_eyes = approval.four_eyes or ruling.needs_four_eyes(approval.amount, approval.currency)
    if approving and is_same and four_eyes:
        return _("Somebody else has to agree: the amount is above what you may decide alone.")
    return ""


def may_decide(approval: Approval, user: User) -> str:
    """ "" when the person may approve this now, else the sentence why not."""
    if approval.status != ApprovalStatus.PENDING:
        return closed_sentence(approval)
    return reason_against(approval, user)


def closed_sentence(approval: Approval) -> str:
    """Who answered what, when and by which door."""
    if approval.status == ApprovalStatus.EXPIRED or approval.decided_by is None:
        return _("Nobody decided in time: this question has expired.")
    return _("%(who)s already %(did)s this on %(when)s (%(via)s).") % {
        "who": approval.decided_by,
        "did": str(approval.get_status_display()).lower(),
        "when": date_format(localtime(approval.decided_at), "DATETIME_FORMAT"),
        "via": approval.get_decided_via_display() or _("chat"),
    }


def people_for(approval: Approval, limit: int = MOST) -> list[User]:
    """Others than the requester who may approve: those of the department, or else those who decide on all."""
    for permission, department in ((DEPARTMENT, approval.run.department), (ALL, "")):
        if permission == DEPARTMENT and not department:
            continue
        found = _holders(permission)
        if department:
            found = found.filter(department=department)
        asked = found.exclude(pk=approval.run.user_id)[:MOST]
        able = list(islice((user for user in asked if not reason_against(approval, user)), limit))
        if able:
            return able
    return []


def who_may(approval: Approval) -> str:
    """Whom to ask instead of somebody who may not decide."""
    requester = approval.run.user
    able = [] if reason_against(approval, requester) else [requester]
    names = [person.name for person in [*able, *people_for(approval, NAMED)]]
    if not names:
        return _("At the moment nobody else may decide it: please ask an administrator.")
    return _("These people may decide it: %(names)s.") % {"names": ", ".join(names)}


def _holders(permission: str) -> QuerySet[User]:
    by_role = Q(
        groups__permissions__codename=permission,
        groups__permissions__content_type__app_label="assistant",
    )
    by_hand = Q(user_permissions__codename=permission, user_permissions__content_type__app_label="assistant")
    people: QuerySet[User] = User.objects.active()
    return people.filter(by_role | by_hand | Q(is_superuser=True)).order_by("name", "pk").distinct()
