"""Gathers what a file holds: every problem is counted, the first thousand are listed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from opennrm.exchange.rules import CaseRow, CellProblem, CellWarning

LISTED = 1000


@dataclass(slots=True)
class Findings:
    """What was found while the rows of a file went by."""

    rows: int = 0
    problem_count: int = 0
    warning_count: int = 0
    problems: list[CellProblem] = field(default_factory=list)
    warnings: list[CellWarning] = field(default_factory=list)

    def rows_of(self, found: Iterable[CaseRow | CellProblem | CellWarning]) -> Iterator[CaseRow]:
        """Passes the cases on and keeps the rest."""
        for item in found:
            if isinstance(item, CaseRow):
                self.rows += 1
                yield item
            elif isinstance(item, CellProblem):
                self.add_problem(item)
            else:
                self.warning_count += 1
                if self.warning_count <= LISTED:
                    self.warnings.append(item)

    def add_problem(self, problem: CellProblem) -> None:
        """Counts a problem and lists it while there is room."""
        self.problem_count += 1
        if self.problem_count <= LISTED:
            self.problems.append(problem)
