from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Problem(Exception):
    """What went wrong, as one sentence for the person who asked; it never carries personal data."""

    def __init__(self, code: str, sentence: str | Promise, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.status = status

    def __str__(self) -> str:
        return str(self.sentence)


class NotFound(Problem):
    """The thing does not exist, or the one who asks may not know that it does."""

    def __init__(self) -> None:
        super().__init__("not_found", _("There is nothing here, or it is not for your office."), 404)


class NotAllowed(Problem):
    """The one who asks may see the thing, and may not do this to it."""

    def __init__(self) -> None:
        super().__init__("not_allowed", _("Your post does not have the right to do this."), 403)


class ChangedMeanwhile(Problem):
    """Two acts crossed; the one that came second did not happen."""

    def __init__(self) -> None:
        sentence = _(
            "Somebody else changed this at the same moment, and nothing of yours was saved. Look at it again and repeat."
        )
        super().__init__("changed_meanwhile", sentence, 409)
