from __future__ import annotations

import argparse

from opennrm.access.scope import as_system
from opennrm.agencies import actions as agencies
from opennrm.command.answer import Answer
from opennrm.lib import clock
from opennrm.lib.problems import Problem


def account(args: argparse.Namespace) -> Answer:
    """Gives a person at work a post and an account, or ends her posts."""
    today = clock.today()
    with as_system("setup", reason="accounts") as actor:
        if args.end:
            ended = agencies.end_posts(username=args.username, on=today, by=actor)
            return Answer(text=f"{ended} posts ended; the account is closed.", object={"ended": ended})
        if not args.office or not args.role:
            raise Problem("post_missing", "Name the post: --office CODE and --role ROLE.")
        password = agencies.appoint(
            username=args.username,
            name=args.name or "",
            office=args.office,
            role=args.role,
            title=args.title,
            is_head=args.head,
            since=today,
            by=actor,
        )
    if password is None:
        return Answer(text="The account has one post more.", object={"password": None})
    text = f"First password, shown this once: {password}\nShe sets up her second factor when she signs in."
    return Answer(text=text, object={"password": password})
