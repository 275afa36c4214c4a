"""Everything a person may read can be said in her language: no string is missing, and none goes round the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import DebugLexer, Token, TokenType
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override

from opennrm.web import names
from translations import catalogue

ROOT = Path(__file__).parent.parent
WEB = ROOT / "opennrm" / "web"
# The gallery shows invented samples to people who build the service.
TEMPLATES = sorted(set((WEB / "templates").rglob("*.html")) - {WEB / "templates" / "web" / "gallery.html"})
# They speak to whoever runs a command, and commands are in English.
COMMAND_LINE = {"command", "country", "exchange", "adopting.py"}
MODULES = sorted(
    path
    for path in (ROOT / "opennrm").rglob("*.py")
    if path.name != "gallery.py" and not (COMMAND_LINE | {"migrations"}) & set(path.parts)
)
PROPER_NAMES = {"English", "Shqip"}

READ_ATTRIBUTES = re.compile(
    r"aria-label|title|alt|placeholder|data-label|data-i18n\..+|data-.+-(?:text|message)"
)
GIVEN_WORDS = re.compile(
    r"\b(?:text|title|label|caption|hidden_caption|hint|empty|corner|summary|words|link)=(['\"])(?=[^'\"]*[A-Za-z])"
)
GIVEN_BY_FILTER = re.compile(r"\|(?:default|default_if_none|yesno|pluralize|add):(['\"])(?=[^'\"]*[A-Z ])")
LETTERS = re.compile(r"[^\W\d_]{2}")
WORDS_OF_A_FIELD = {"label", "help_text", "initial_text", "empty_label"}
WORDS_OF_A_ROW = {"label", "text", "title", "hint", "key", "value", "caption", "heading", "empty", "words"}
SAYING = {"Problem", "ValidationError", "success", "error", "warning", "info"}
LAZY = {"gettext_lazy", "ngettext_lazy", "pgettext_lazy", "gettext_noop"}
EAGER = {"gettext", "ngettext", "pgettext", "npgettext"}


class Visible(HTMLParser):
    """Collects the words of a page that a person reads."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._quiet = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quiet += tag in ("script", "style")
        read = {name: value or "" for name, value in attrs if READ_ATTRIBUTES.fullmatch(name)}
        if tag == "input" and dict(attrs).get("type") == "submit":
            read["value"] = dict(attrs).get("value") or ""
        self.words += [value for value in read.values() if LETTERS.search(value)]

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._quiet and LETTERS.search(data):
            self.words.append(data.strip())


def untranslated(template: str) -> list[str]:
    """The words of a template that no language can change."""
    tokens = list(_outside_blocks(DebugLexer(template).tokenize()))
    given = [token.contents for token in tokens if _gives_words(token)]
    markup = "".join(token.contents if token.token_type == TokenType.TEXT else "" for token in tokens)
    return given + [word for word in Visible(markup).words if word not in PROPER_NAMES]


def _outside_blocks(tokens: list[Token]) -> Iterator[Token]:
    inside = ""
    for token in tokens:
        word = (
            token.contents.split(None, 1)[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        )
        if inside:
            inside = "" if word == f"end{inside}" else inside
        elif word in ("blocktranslate", "blocktrans", "comment"):
            inside = word
        else:
            yield token


def _gives_words(token: Token) -> bool:
    if token.token_type == TokenType.VAR:
        return bool(GIVEN_BY_FILTER.search(token.contents))
    if token.token_type != TokenType.BLOCK or token.contents.split(None, 1)[0] not in ("include", "with"):
        return False
    return bool(GIVEN_WORDS.search(token.contents) or GIVEN_BY_FILTER.search(token.contents))


def plain_strings(source: str, *, page: bool = True) -> list[str]:
    """The strings of a module that would reach a page in English, or in the language of whoever came first."""
    tree = ast.parse(source)
    marks = _marks(tree)
    said = {*_said(tree, page=page), *_among_marked(tree, set(marks))}
    found = [f"{line}: {words}" for line, words in sorted(said) if LETTERS.search(words)]
    return found + [
        f"{line}: not lazy" for line in _too_early(tree, {name for name, lazy in marks.items() if not lazy})
    ]


def _marks(tree: ast.Module) -> dict[str, bool]:
    """By which names the module marks a string, and whether each waits for the reader."""
    aliases = [
        alias
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    ]
    return {alias.asname or alias.name: alias.name in LAZY for alias in aliases if alias.name in LAZY | EAGER}


def _said(tree: ast.Module, *, page: bool) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _said_by_call(node)
        if page and isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in WORDS_OF_A_ROW:
                    yield from _plain(value)


def _among_marked(tree: ast.Module, marks: set[str]) -> Iterator[tuple[int, str]]:
    """Sentences and names without a mark that stand in one row with marked ones."""
    for node in ast.walk(tree):
        row = {ast.Tuple: "elts", ast.List: "elts", ast.Call: "args", ast.Dict: "values"}.get(type(node), "")
        values: list[ast.expr] = getattr(node, row) if row else []
        if any(isinstance(one, ast.Call) and getattr(one.func, "id", "") in marks for one in values):
            for value in values:
                yield from (said for said in _plain(value) if said[1][:1].isupper())


def _said_by_call(call: ast.Call) -> Iterator[tuple[int, str]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    is_field = name.endswith("Field")
    for given in call.keywords:
        if given.arg in WORDS_OF_A_FIELD or (is_field and given.arg == "name"):
            yield from _plain(given.value)
        if given.arg in ("error_messages", "hints") and isinstance(given.value, ast.Dict):
            for value in given.value.values:
                yield from _plain(value)
        if given.arg == "choices" and isinstance(given.value, ast.List | ast.Tuple):
            for choice in given.value.elts:
                if isinstance(choice, ast.Tuple) and choice.elts:
                    yield from _plain(choice.elts[-1])
    if name in SAYING or (name == "__init__" and len(call.args) == 3):
        words = call.args[1:2] if name != "ValidationError" else call.args[:1]
        for value in words:
            yield from _plain(value)


def _plain(value: ast.expr) -> Iterator[tuple[int, str]]:
    for one in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.lineno, one.value
        if isinstance(one, ast.JoinedStr):
            parts = [part.value for part in one.values if isinstance(part, ast.Constant)]
            yield one.lineno, " ".join(map(str, parts))


def _too_early(node: ast.AST, eager: set[str]) -> Iterator[int]:
    """Where a string is translated while the module is loaded, before anybody has a language."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in eager:
            yield child.lineno
        yield from _too_early(child, eager)


def test_every_string_is_said_in_every_language() -> None:
    assert catalogue.problems() == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_a_template_says_nothing_round_the_catalogue(path: Path) -> None:
    assert untranslated(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_nothing_round_the_catalogue(path: Path) -> None:
    assert plain_strings(path.read_text("utf-8"), page=WEB in path.parents) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Save the note</p>",
        "{% if one %}<p>{{ one }} days</p>{% endif %}",
        '<nav aria-label="Pages"></nav>',
        '{% include "_components/button.html" with text="Save" only %}',
        '{% translate "Save" %} it now',
        '{{ name|default:"Nobody" }}',
        "{{ day }}{% blocktranslate %}on {{ day }}{% endblocktranslate %} late",
    ],
)
def test_plain_words_in_a_template_are_found(template: str) -> None:
    assert untranslated(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p class="govuk-body">{% translate "Save" %}</p>',
        "<nav aria-label=\"{% translate 'Pages' %}\">{{ page }}</nav>",
        "{% comment %}What this is for{% endcomment %}{# a note #}<b>1</b>",
        "{% blocktranslate count n=many %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
    ],
)
def test_words_that_can_be_translated_are_not_held_against_a_template(template: str) -> None:
    assert untranslated(template) == []


@pytest.mark.parametrize(
    "source",
    [
        'forms.CharField(label="First name")',
        'forms.CharField(help_text="As in the passport")',
        'forms.ChoiceField(choices=[("yes", "Yes")])',
        'DateField(name="The day")',
        'Radios(hints={"a": "More of it"})',
        'rows = [{"key": "Age", "value": age}]',
        'tag = {"text": "Late" if late else ""}',
        'raise Problem("late", "Too late.")',
        'raise Problem("late", f"{days} days too late.")',
        'messages.success(request, "Saved.")',
        'from django.utils.translation import gettext as __\ncolumns = [f(one) for one in (__("Case"), "Day")]',
        'from django.utils.translation import gettext_lazy as _\nNAME = Words(_("Name a worker"), "Name")',
        "from django.utils.translation import gettext as _\nTITLE = _('Today')",
        "from django.utils.translation import gettext as _\nclass A:\n    label = forms.CharField(label=_('Day'))",
    ],
)
def test_plain_words_in_a_module_are_found(source: str) -> None:
    assert plain_strings(source)


def test_a_broken_catalogue_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A string without a translation, a lost placeholder and a stale compiled file are each said."""
    broken = catalogue.read("sq")
    for message in broken:
        if message.id == "Save the note":
            message.string = ""
        if message.id == "Case %(reference)s":
            message.string = "Rasti"
    monkeypatch.setattr(catalogue, "read", lambda language: broken)
    said = "\n".join(catalogue.problems())
    assert "'Save the note' has no translation" in said
    assert "'Case %(reference)s' loses or invents a placeholder" in said
    assert "stale" in said


def test_albanian_writes_months_small_and_counts_in_its_own_way() -> None:
    with override("sq"):
        assert date_format(date(2026, 12, 3), "j F Y") == "3 dhjetor 2026"
        hours = [ngettext("in %(n)d hour", "in %(n)d hours", n) % {"n": n} for n in (1, 2)]
        assert hours == ["brenda 1 ore", "brenda 2 orëve"]
        assert gettext("The username and/or password you specified are not correct.").startswith("Emri")


def test_languages_and_countries_are_named_and_ordered_as_albanian_does() -> None:
    with override("sq"):
        assert names.spoken("ar") == "arabisht"
        countries = [name for _code, name in names.countries()]
        assert countries.index("Çad") < countries.index("Danimarkë")
    with override("en"):
        assert names.spoken("ar") == "Arabic"
