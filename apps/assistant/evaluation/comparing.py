"""Two evaluations side by side: which cases got worse, and which better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.assistant.evaluation.reading import Reading, reading_of
from apps.assistant.evaluation.selectors import Barrier, Share, shares_by_agent, shares_of
from apps.assistant.models import Evaluation, EvaluationResult


@dataclass(frozen=True)
class Both:
    """A share in the earlier and in the later evaluation; None where nothing was judged."""

    name: str
    before: Share | None
    after: Share | None

    @property
    def points(self) -> int:
        """By how many percentage points it rose (or fell, below zero)."""
        return self.after.percent - self.before.percent if self.before and self.after else 0


@dataclass(frozen=True)
class Pair:
    """One case in both."""

    before: Reading
    after: Reading

    @property
    def sides(self) -> tuple[Reading, Reading]:
        """The earlier and the later one."""
        return self.before, self.after


@dataclass(frozen=True)
class Versions:
    """An agent and the numbers of its versions in both; None where it answered as delivered."""

    agent: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Comparison:
    """What changed from one evaluation to another. `only_one` counts the cases that only one of them played;
    the shares are of those that both played.
    """

    before: Evaluation
    after: Evaluation
    versions: list[Versions]
    passed: Both
    columns: list[Both]
    agents: list[Both]
    worse: list[Pair]
    better: list[Pair]
    still_failing: list[Pair]
    same: int
    only_one: int


def compare(before: Evaluation, after: Evaluation, barriers: Mapping[str, Barrier | None]) -> Comparison:
    """Both evaluations, for a person who has those barriers to what roles are told; two queries."""
    left, right = _by_case(before), _by_case(after)
    shared = sorted(left.keys() & right.keys(), key=lambda key: right[key].case.key)
    old, new = [left[key] for key in shared], [right[key] for key in shared]
    pairs = list(zip(old, new, strict=True))

    def those(was_right: bool, is_right: bool) -> list[Pair]:
        found = ((one, other) for one, other in pairs if (one.passed, other.passed) == (was_right, is_right))
        return [Pair(reading_of(one, barriers), reading_of(other, barriers)) for one, other in found]

    still_failing = those(False, False)
    worse, better = those(True, False), those(False, True)
    return Comparison(
        before=before,
        after=after,
        versions=_versions(before, after),
        passed=_both([_passed(old)], [_passed(new)])[0],
        columns=_both(shares_of(old), shares_of(new)),
        agents=_both(shares_by_agent(old), shares_by_agent(new)),
        worse=worse,
        better=better,
        still_failing=still_failing,
        same=len(shared) - len(worse) - len(better) - len(still_failing),
        only_one=len(left.keys() ^ right.keys()),
    )


def _by_case(evaluation: Evaluation) -> dict[object, EvaluationResult]:
    return {result.case_id: result for result in evaluation.results.select_related("case")}


def _passed(results: list[EvaluationResult]) -> Share:
    return Share("passed", sum(result.passed for result in results), len(results))


def _both(before: list[Share], after: list[Share]) -> list[Both]:
    old, new = {share.name: share for share in before}, {share.name: share for share in after}
    return [Both(name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new])]


def _versions(before: Evaluation, after: Evaluation) -> list[Versions]:
    """The agents that answered in another version."""
    names = sorted({*before.agent_versions, *after.agent_versions})
    old, new = before.agent_versions, after.agent_versions
    found = [Versions(name, old.get(name), new.get(name)) for name in names]
    return [one for one in found if one.before != one.after]
