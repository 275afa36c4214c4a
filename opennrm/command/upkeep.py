from __future__ import annotations

import argparse

from django.db import connections

from opennrm.access import audit
from opennrm.access.scope import as_system
from opennrm.command.answer import Answer, table
from opennrm.command.doctor import examine
from opennrm.lib.problems import Problem


def verify(args: argparse.Namespace) -> Answer:
    """Verifies the log against itself, against the signed heads of this home and against heads kept elsewhere."""
    if args.heads and not args.heads.exists():
        raise Problem("no_heads", "There is nothing at the path of --heads.")
    with as_system("audit", reason="verification"):
        checks = [audit.verify(connections["default"])]
        if args.heads:
            checks.append(audit.verify(connections["default"], args.heads))
    ok = all(check.ok for check in checks)
    problems = list(dict.fromkeys(problem for check in checks for problem in check.problems))
    found = {
        "ok": ok,
        "entries": checks[0].size,
        "heads": sum(check.heads for check in checks),
        "problems": problems,
    }
    words = f"The log of {found['entries']} entries is whole, held against {found['heads']} signed heads."
    return Answer(text=words if ok else "", object=found, errors=problems, exit=0 if ok else 1)


def doctor(args: argparse.Namespace) -> Answer:
    """Examines the installation; only an error makes it fail."""
    findings = examine()
    failed = any(one.level == "error" for one in findings)
    rows = [(one.level, one.subject, one.sentence) for one in findings]
    listed = [{"level": one.level, "subject": one.subject, "sentence": one.sentence} for one in findings]
    return Answer(
        text=table(("", "what", "found"), rows),
        object={"ok": not failed, "findings": listed},
        exit=1 if failed else 0,
    )
