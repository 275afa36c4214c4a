"""Keeps a spreadsheet from running free text as a formula, without losing a character.

On export a text that a spreadsheet would run, or that already carries this mark before such a text, gets one
apostrophe in front; on import one such apostrophe is taken away. A text without the mark is read as it is.
"""

import re

# The full-width forms too: some spreadsheets run them.
_RUNS = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_MARKED = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """The text as a spreadsheet may safely show it."""
    return "'" + text if _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before it was guarded."""
    return text[1:] if _MARKED.match(text) else text
