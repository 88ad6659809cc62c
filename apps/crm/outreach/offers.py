"""What a letter with prices offers: the plan that suits, or what stands in a proposal that was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.core.errors import Invalid
from apps.crm.wording import day, money
from apps.documents.compose.recommendation import Recommendation, plan_for
from apps.documents.models import Lineage
from apps.documents.recipes import Snapshot
from apps.knowledge import selectors as knowledge

RECIPE, PRICES = "proposal", "Prices"


@dataclass(frozen=True)
class Offer:
    """Amounts in words with their currency; the last of `lines` is not the total. `file` is "" for none."""

    plan: str
    lines: tuple[tuple[str, str], ...]
    total: str
    valid_until: str
    file: str = ""


def suiting(modules: Sequence[Recommendation], *, user: User, today: date) -> Offer:
    """The smallest plan that has these modules, paid by the year, from the price book of the day."""
    book = knowledge.pricing()
    plan = book.plan(plan_for(book, outlets=1, members=0, modules=[item.product for item in modules]).id)
    start = "from " if plan.price_is_from else ""

    def told(amount: Decimal) -> str:
        return f"{start}{money(amount, book.currency)}"

    lines = [(f"{plan.name}, 12 months, paid in advance", told(plan.annual))]
    if plan.setup_fee:
        lines.append(("Set-up, once", told(plan.setup_fee)))
    valid_until = min(today + timedelta(days=book.quote_valid_days), book.valid_until)
    return Offer(plan.name, tuple(lines), told(plan.annual + plan.setup_fee), day(valid_until, user))


def made_before(artifact: Artifact) -> Offer:
    """What the file of a proposal offers, word for word. Raises `Invalid` for another file."""
    lineage = Lineage.objects.filter(artifact=artifact, recipe=RECIPE).first()
    if lineage is None:
        raise Invalid("That file is not a proposal.")
    snapshot = Snapshot.model_validate(lineage.snapshot)
    rows = next((table.rows for table in snapshot.tables if table.title == PRICES), [])
    *lines, total = rows
    return Offer(
        plan=knowledge.pricing().plan(lineage.arguments["plan"]).name,
        lines=tuple((f"{label}, {basis}", amount) for label, basis, amount in lines),
        total=total[2],
        valid_until=snapshot.facts["Valid until"],
        file=artifact.name,
    )
