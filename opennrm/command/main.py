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
        return _say(f"opennrm {name} shows what a person may see: name her account with --as USER.", USAGE)
    wants_json = getattr(args, "format", "") == "json"
    try:
        return _answered(name, args, wants_json)
    except BrokenPipeError:
        # Whoever reads the output has seen enough; the interpreter must not complain when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except KeyboardInterrupt:
        return FOUND
    except Exception as error:
        return _refused(error, wants_json)


def _answered(name: str, args: object, wants_json: bool) -> int:
    # Imported here, so that an error in what they need is a sentence too.
    from opennrm.command import commands

    answer: Answer = commands.run(name, args)  # type: ignore[arg-type]
    if wants_json and answer.object is not None:
        print(json.dumps(answer.object, ensure_ascii=False, default=str))
    elif answer.text:
        print(answer.text)
    sys.stdout.flush()
    for sentence in answer.errors:
        print(sentence, file=sys.stderr)
    return answer.exit


def _refused(error: Exception, wants_json: bool) -> int:
    from opennrm.command.refusals import problem_of

    problem = problem_of(error)
    if wants_json:
        print(json.dumps({"error": {"code": problem.code, "sentence": str(problem)}}, ensure_ascii=False))
    return _say(str(problem), FOUND)


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
