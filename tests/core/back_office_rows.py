"""Rows of every model that the back office shows, for tests that open every page of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

from django.contrib.auth.models import Group
from django.db.models import Model
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.models import (
    AgentVersion,
    Evaluation,
    EvaluationCase,
    EvaluationResult,
    Grant,
    Rehearsal,
    ToolPolicy,
)
from apps.audit.models import AuditEvent, EmailLog
from apps.crm.models import LeadImport, Merge
from apps.documents.models import Lineage, Template, TemplateVersion
from apps.finance.models import Category, ClosedMonth
from apps.integrations.models import Connection, Dispatch
from apps.knowledge.models import Document, Passage
from apps.llm.models import Budget, BudgetPeriod, ModelPrice, ModelRun
from apps.notifications.choices import NoticeKind
from apps.notifications.services import notify
from apps.perception.models import WebPage
from apps.reports.models import ReportExport
from tests.factories import chat
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.crm import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    CustomerFactory,
    LeadFactory,
    StageChangeFactory,
    TaskFactory,
)
from tests.factories.finance import EntryFactory

Make = Callable[[User], Model]
_number = count(1)


def _notice(user: User) -> Model:
    return notify(recipient=user, kind=NoticeKind.OTHER, title="Look at this", key=uuid4().hex)


def _mail(user: User) -> Model:
    return EmailLog.objects.create(
        sender="us@mezzofy.test", recipients=["you@merchant.test"], subject="Hello", user=user, purpose="test"
    )


def _connection(_user: User) -> Model:
    return Connection.objects.create(provider="microsoft", name=f"Tenant {next(_number)}")


def _dispatch(user: User) -> Model:
    words = {"text": "Hello"}
    return Dispatch.objects.create(kind="mail", key=uuid4().hex, title="Hello", user=user, payload=words)


def _event(user: User) -> Model:
    return AuditEvent.objects.create(actor=user, actor_label=user.name, action="test.done")


def _grant(user: User) -> Model:
    return Grant.objects.create(
        tool="crm.*", user=user, max_uses=3, granted_by=user, expires_at=timezone.now() + timedelta(days=1)
    )


def _category(_user: User) -> Model:
    number = next(_number)
    return Category.objects.create(
        code=f"category-{number}", name=f"Category {number}", kind="expense", group="operating"
    )


def _closed_month(user: User) -> Model:
    number = next(_number)
    month = date(2001 + number % 90, 1 + number // 90 % 12, 1)
    return ClosedMonth.objects.create(month=month, closed_by=user)


def _document(_user: User) -> Model:
    document = Document.objects.create(
        path=f"{uuid4().hex}.md", title="Prices", kind="playbook", sha256="0" * 64, indexed_at=timezone.now()
    )
    Passage.objects.create(document=document, ordinal=1, heading="Prices", text="Cheap", anchor="prices")
    return document


def _passage(user: User) -> Model:
    document = _document(user)
    return Passage.objects.create(document=document, ordinal=2, heading="More", text="Dear", anchor="more")


def _model_run(user: User) -> Model:
    return ModelRun.objects.create(
        provider="claude",
        model="a-model",
        purpose="chat",
        user=user,
        prompt_hash="",
        started_at=timezone.now(),
    )


def _price(_user: User) -> Model:
    prices = {f"{kind}_usd": Decimal(1) for kind in ("input", "output", "cache_read", "cache_write")}
    name = f"model-{next(_number)}"
    return ModelPrice.objects.create(provider="claude", model=name, valid_from=date(2026, 1, 1), **prices)


def _budget(_user: User) -> Model:
    budget = Budget.objects.create(scope="user", user=UserFactory(), limit_tokens=1000)
    BudgetPeriod.objects.create(budget=budget, month=date(2026, 1, 1))
    return budget


def _merge(user: User) -> Model:
    lead = LeadFactory()
    return Merge.objects.create(
        model="crm.lead",
        kept_id=lead.pk,
        merged_id=uuid4(),
        kept_label="A",
        merged_label="B",
        by=user,
        moved={"steps": []},
    )


def _task(user: User) -> Model:
    return TaskFactory(assigned_to=user, due_at=timezone.now() + timedelta(days=1))


def _agent_version(user: User) -> Model:
    number = next(_number)
    return AgentVersion.objects.create(
        agent="sales",
        number=1000 + number,
        title="Sales",
        instructions="Sell.",
        sha256=uuid4().hex,
        author=user,
    )


def _case(_user: User) -> Model:
    number = next(_number)
    return EvaluationCase.objects.create(key=f"case-{number}", title=f"Case {number}", message="hello")


def _evaluation(user: User) -> Model:
    evaluation = Evaluation.objects.create(status="completed", mode="offline", total=1, started_by=user)
    case = _case(user)
    EvaluationResult.objects.create(
        evaluation=evaluation, case=case, role=case.role, passed=False, reasons=["No."]
    )
    return evaluation


def _rehearsal(user: User) -> Model:
    return Rehearsal.objects.create(kind="dry_run", user=user, requested_by=user, message="hello")


def _template(user: User) -> Model:
    number = next(_number)
    template = Template.objects.create(path=f"emails/letter-{number}.html", kind="html_mail", title="Letter")
    TemplateVersion.objects.create(
        template=template, number=1, content=b"Hello", size_bytes=5, sha256=uuid4().hex, author=user
    )
    return template


def _lineage(user: User) -> Model:
    return Lineage.objects.create(
        artifact=chat.stored(user, content=uuid4().bytes), recipe="document", snapshot_sha256=uuid4().hex,
        made_by=user,
    )  # fmt: skip


def _web_page(user: User) -> Model:
    address = f"https://example.test/{next(_number)}"
    return WebPage.objects.create(
        user=user, url=address, final_url=address, url_key=uuid4().hex, status=200, title="Menu",
        sha256=uuid4().hex, fetched_at=timezone.now(),
    )  # fmt: skip


#: How a row of each model is made. The stages are there from the beginning, and are always six.
ROWS: dict[str, Make] = {
    "accounts.user": lambda user: UserFactory(department=user.department),
    "accounts.department": lambda user: DepartmentFactory(slug=f"department-{next(_number)}"),
    "auth.group": lambda user: Group.objects.create(name=f"Role {next(_number)}"),
    "artifacts.artifact": lambda user: chat.stored(user, content=uuid4().bytes),
    "assistant.run": lambda user: chat.completed(chat.turn(user)),
    "assistant.agentversion": _agent_version,
    "assistant.evaluation": _evaluation,
    "assistant.evaluationcase": _case,
    "assistant.rehearsal": _rehearsal,
    "documents.lineage": _lineage,
    "documents.template": _template,
    "perception.webpage": _web_page,
    "assistant.approval": lambda user: chat.asking(chat.turn(user)),
    "assistant.grant": _grant,
    "assistant.runstep": lambda user: chat.tool_step(chat.turn(user)),
    "assistant.toolpolicy": lambda _user: ToolPolicy.objects.create(tool=f"crm.{uuid4().hex}", effect="ask"),
    "audit.auditevent": _event,
    "audit.emaillog": _mail,
    "contacts.company": lambda user: CompanyFactory(),
    "finance.category": _category,
    "finance.closedmonth": _closed_month,
    "finance.entry": lambda user: EntryFactory(recorded_by=user),
    "contacts.contact": lambda user: ContactFactory(company=CompanyFactory()),
    "conversations.conversation": lambda user: chat.turn(user).conversation,
    "crm.activity": lambda user: ActivityFactory(),
    "crm.customer": lambda user: CustomerFactory(account_manager=user),
    "crm.lead": lambda user: LeadFactory(value=Decimal(100), company=CompanyFactory()),
    "integrations.connection": _connection,
    "integrations.dispatch": _dispatch,
    "crm.leadimport": lambda user: LeadImport.objects.create(user=user, file_name="leads.csv"),
    "crm.merge": _merge,
    "crm.stagechange": lambda user: StageChangeFactory(),
    "crm.task": _task,
    "knowledge.document": _document,
    "knowledge.passage": _passage,
    "llm.budget": _budget,
    "llm.modelprice": _price,
    "llm.modelrun": _model_run,
    "notifications.notice": _notice,
    "reports.reportexport": lambda user: ReportExport.objects.create(
        user=user, report="kpis", title="Key figures", format="pdf"
    ),
}
EXISTING = {"crm.stage"}


def make(label: str, user: User, number: int) -> list[Model]:
    """`number` new rows of the model, visible to an administrator."""
    return [ROWS[label](user) for _ in range(number)]
