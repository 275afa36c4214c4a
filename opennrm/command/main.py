from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from opennrm.command import parser
from opennrm.command.database import application_database

Run = Callable[[argparse.Namespace], "dict[str, Any] | None"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command: exit 0 done, 1 a problem was found or input was refused, 2 wrong usage."""
    args = parser.build().parse_args(arguments)
    from opennrm.lib.problems import Problem  # noqa: PLC0415
    return 0


if __name__ == "__main__":
    sys.exit(main())
