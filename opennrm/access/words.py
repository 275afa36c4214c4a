from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from opennrm.access.scope import Actor
from opennrm.lib.problems import NotAllowed

Predicate = Callable[[Actor, Any], bool]
Words = Mapping[str, Sequence[Sequence[Predicate]]]


class Door:
    """Answers "may she?" from one table of permission words: any line of a word whose predicates all hold opens it."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def may(self, actor: Actor, word: str, subject: Any = None) -> bool:
        """Whether the actor may do what the word says to this subject; an unknown word is a programming error."""
        return any(all(predicate(actor, subject) for predicate in line) for line in self.words[word])

    def require(self, actor: Actor, word: str, subject: Any = None) -> None:
        """Passes in silence or raises NotAllowed."""
        if not self.may(actor, word, subject):
            raise NotAllowed()


def has_role(*roles: str) -> Predicate:
    """She holds a post with one of these roles."""
    wanted = frozenset(roles)

    def holds(actor: Actor, subject: Any) -> bool:
        return bool(wanted & actor.roles)

    holds.__name__ = f"has_role({', '.join(roles)})"
    return holds


def for_purpose(*purposes: str) -> Predicate:
    """A system actor that runs for one of these purposes."""

    def runs(actor: Actor, subject: Any) -> bool:
        return actor.purpose in purposes

    runs.__name__ = f"for_purpose({', '.join(purposes)})"
    return runs
