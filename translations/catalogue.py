"""Finds every string a person may read, keeps the catalogues in step and compiles them.

python translations/catalogue.py update    add new strings to each catalogue, drop those no longer said, compile
python translations/catalogue.py check     exit 1 and say what is missing, wrong or stale
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "opennrm"
LANGUAGES = ("sq",)
KEYWORDS = {
    "_": None,
    "__": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = "# The words of OpenNRM, under the licence of the project."
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def found() -> Catalog:
    """Every translatable string of the package, with where it is said."""
    catalogue = Catalog(charset="utf-8")
    for place, line, message, comments, context in _messages():
        catalogue.add(message, locations=[(place, line)], auto_comments=comments, context=context)
    return catalogue


def _messages() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _extracted(path, path.read_bytes())
    for path in sorted(PACKAGE.rglob("*.html")):
        source = templatize(path.read_text(encoding="utf-8"), origin=path.name)
        # Indentation means nothing in a template and would be an error in Python.
        yield from _extracted(path, "\n".join(line.strip() for line in source.splitlines()).encode())


def _extracted(
    path: Path, source: bytes
) -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    place = path.relative_to(ROOT).as_posix()
    for line, message, comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
        yield place, line, message, comments, context


def po_path(language: str) -> Path:
    """The catalogue that translators edit."""
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it stands in its file; empty where there is none."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", project="OpenNRM", version="", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue in the form Django reads."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def update() -> None:
    """Brings each catalogue in step with what the package says and compiles it."""
    for language in LANGUAGES:
        catalogue = read(language)
        made = catalogue.creation_date
        catalogue.update(found(), no_fuzzy_matching=True)
        # The day of the last run is not news worth a change of the file.
        catalogue.creation_date, catalogue.header_comment = made, HEADER
        catalogue.obsolete.clear()
        buffer = io.BytesIO()
        write_po(
            buffer,
            catalogue,
            width=110,
            sort_output=True,
            no_location=True,
            omit_header=False,
            include_previous=False,
        )
        po_path(language).parent.mkdir(parents=True, exist_ok=True)
        po_path(language).write_bytes(buffer.getvalue())
        po_path(language).with_suffix(".mo").write_bytes(compiled(read(language)))


def problems() -> list[str]:
    """What keeps a language from being complete, a sentence each."""
    said = [message for message in found() if message.id]
    return [problem for language in LANGUAGES for problem in _problems(language, said)]


def _problems(language: str, said: list) -> Iterator[str]:  # type: ignore[type-arg]
    catalogue = read(language)
    for message in said:
        told = catalogue.get(message.id, message.context)
        where = f"{language}: {message.locations[0][0]}:{message.locations[0][1]}: {_first(message.id)!r}"
        if told is None or not all(_forms(told.string)) or told.fuzzy:
            yield f"{where} has no translation"
        elif any(_placeholders(form) != _placeholders(_last(message.id)) for form in _forms(told.string)):
            yield f"{where} loses or invents a placeholder"
    mo = po_path(language).with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(catalogue):
        yield f"{language}: the compiled catalogue is stale; run `python translations/catalogue.py update`"


def _forms(string: str | Sequence[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str | None) else tuple(string)


def _first(message: str | tuple[str, ...]) -> str:
    return _forms(message)[0]


def _last(message: str | tuple[str, ...]) -> str:
    return _forms(message)[-1]


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def main(words: list[str]) -> int:
    """Runs one of the two words."""
    if words == ["update"]:
        update()
        return 0
    if words != ["check"]:
        print(__doc__)
        return 2
    missing = problems()
    print("".join(f"{one}\n" for one in missing[:50]), end="")
    print(
        f"{len(missing)} problems in {len(LANGUAGES)} languages" if missing else "Every string is translated."
    )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
