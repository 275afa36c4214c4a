from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from opennrm.command import parser
from opennrm.command.answer import Answer

OK, FOUND, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command: 0 done, 1 a problem was found or input was refused, 2 wrong usage."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "opennrm.settings"
    args = parser.build().parse_args(arguments)
    name = " ".join(word for word in (args.command, getattr(args, "what", "")) if word)
    if hasattr(args, "user") and not args.user:
        return _refuse(f"opennrm {name} shows what a person may see: name her account with --as USER.", USAGE)
    from opennrm.command import commands
    from opennrm.lib.problems import Problem

    wants_json = getattr(args, "format", "") == "json"
    try:
        answer = commands.run(name, args)
    except Problem as problem:
        if wants_json:
            print(json.dumps({"error": {"code": problem.code, "sentence": str(problem)}}, ensure_ascii=False))
        return _refuse(str(problem), FOUND)
    except KeyboardInterrupt:
        return FOUND
    _print(answer, wants_json)
    return answer.exit


def _print(answer: Answer, wants_json: bool) -> None:
    if wants_json and answer.object is not None:
        print(json.dumps(answer.object, ensure_ascii=False, default=str))
    elif answer.text:
        print(answer.text)
    for sentence in answer.errors:
        print(sentence, file=sys.stderr)


def _refuse(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
