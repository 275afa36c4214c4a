"""The components, the gallery that shows them, and the forms in the house style."""

import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from opennrm.web.forms import Checkboxes, DateField, GovukForm, Radios
from opennrm.web.gallery import gallery
from opennrm.web.templatetags.components import due_in_words, error_links

COMPONENTS = Path(__file__).resolve().parents[2] / "opennrm/web/templates/_components"


class Page(HTMLParser):
    """What a page holds, for checks that a strict policy and screen readers depend on."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _tag, attrs in self.tags if attribute in attrs]


def shown(address: str = "/gallery/", language: str = "en") -> str:
    with translation.override(language):
        return gallery(RequestFactory().get(address)).content.decode()


def component(name: str, **variables: object) -> str:
    return re.sub(r"\s+", " ", render_to_string(f"_components/{name}.html", variables)).strip()


def test_the_gallery_shows_every_component() -> None:
    drawn_by_others = {
        "cell",
        "task_row",
        "exit_this_page",
        "header",
        "languages",
        "navigation",
        "breadcrumbs",
    }
    shown_itself = (COMPONENTS.parent / "web" / "gallery.html").read_text(encoding="utf-8")
    missing = [
        path.stem
        for path in COMPONENTS.glob("*.html")
        if path.stem not in drawn_by_others | {"tag", "error_summary"}
        and f"_components/{path.stem}.html" not in shown_itself
    ]
    assert missing == []


def test_every_component_says_at_its_top_what_it_expects() -> None:
    assert [
        path.name for path in COMPONENTS.glob("*.html") if not path.read_text("utf-8").startswith("{# ")
    ] == []


@pytest.mark.parametrize("address", ["/gallery/", "/gallery/?errors"])
def test_a_page_has_no_inline_style_or_script_and_no_foreign_address(address: str) -> None:
    page = Page(shown(address))
    assert page.values("style") == []
    assert [name for _tag, attrs in page.tags for name in attrs if name.startswith("on")] == []
    assert [
        tag for tag, attrs in page.tags if tag == "style" or (tag == "script" and not attrs.get("src"))
    ] == []
    loaded = page.values("src") + page.values("href") + page.values("action")
    assert [address for address in loaded if address.startswith(("http", "//", "data:", "javascript:"))] == []


@pytest.mark.parametrize("address", ["/gallery/", "/gallery/?errors"])
def test_ids_are_unique_and_what_is_pointed_at_exists(address: str) -> None:
    page = Page(shown(address))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    pointed = page.values("for") + page.values("aria-controls")
    for several in page.values("aria-describedby") + page.values("aria-labelledby"):
        pointed += several.split()
    assert set(pointed) <= set(ids)


def test_every_page_can_be_left_at_once() -> None:
    markup = shown()
    assert markup.count('href="/leave/"') == 2
    assert 'data-module="govuk-exit-this-page"' in markup
    assert "All data here is invented." in markup


def test_a_right_to_left_page_has_its_own_style() -> None:
    assert 'dir="rtl"' in shown(language="ar")
    assert "app.rtl" in shown(language="ar")
    assert "app.rtl" not in shown()


def test_the_title_says_first_that_there_is_an_error() -> None:
    assert re.search(
        r"<title>Error: Components - National Referral Mechanism</title>", shown("/gallery/?errors")
    )


def test_an_error_leads_to_the_part_of_the_date_that_is_missing() -> None:
    markup = shown("/gallery/?errors")
    assert '<a href="#id_identified_on_month">The day of identification must include a month.</a>' in markup
    assert '<a href="#id_consent_0">' in markup


def test_names_in_components_are_escaped() -> None:
    assert "<script>" not in component("tag", text="<script>")
    assert "<script>" not in component("table", caption="c", columns=[{"label": "x"}], rows=[["<script>"]])


def test_a_counter_is_a_link_with_a_number_and_words() -> None:
    counters = [{"number": 3, "words": "overdue", "url": "?show=overdue", "urgent": True}]
    markup = component("counters", counters=counters)
    assert 'class="app-counter app-counter--urgent" href="?show=overdue"' in markup
    assert (
        '<span class="app-counter__number">3</span> <span class="app-counter__words">overdue</span>' in markup
    )


def test_a_table_sorts_by_instants_and_names_each_cell_for_a_phone() -> None:
    due = timezone.now()
    markup = component(
        "table",
        hidden_caption="Duties",
        columns=[{"label": "What", "sort": "none"}, {"label": "When"}],
        rows=[[{"text": "Check", "url": "/x/"}, {"due": due}]],
    )
    assert 'data-label="When"' in markup
    assert f'data-sort-value="{int(due.timestamp())}"' in markup
    assert 'data-module="moj-sortable-table"' in markup


def test_an_empty_table_says_what_would_stand_there() -> None:
    markup = component("table", caption="Duties", columns=[], rows=[], empty="Your duties would stand here.")
    assert "<table" not in markup
    assert "Your duties would stand here." in markup


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=20), "in 1 minute"),
        (timedelta(hours=3, minutes=10), "in 3 hours"),
        (timedelta(days=1, hours=1), "tomorrow"),
        (timedelta(days=9), "in 9 days"),
        (timedelta(days=90), "by 1 June 2026"),
        (timedelta(minutes=-5), "5 minutes late"),
        (timedelta(hours=-1), "1 hour late"),
        (timedelta(days=-4, hours=-2), "4 days late"),
    ],
)
def test_a_due_instant_is_said_in_words(away: timedelta, words: str) -> None:
    now = datetime(2026, 3, 3, 10, 0, tzinfo=timezone.get_default_timezone())
    assert due_in_words(now + away, now) == words


class Identified(GovukForm):
    single_question = True
    on = DateField(
        label="When?",
        name="The day of identification",
        not_before=date(2020, 1, 1),
        not_after=lambda: date(2026, 3, 3),
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("", "", ""), "Enter a day, a month and a year, like 27 3 2026."),
        (("1", "", "2026"), "The day of identification must include a month."),
        (("", "", "2026"), "The day of identification must include a day and a month."),
        (("31", "2", "2026"), "The day of identification must be a real date, like 27 3 2026."),
        (("one", "2", "2026"), "The day of identification must be a real date, like 27 3 2026."),
        (("1", "2", "26"), "The day of identification must have a year of four digits, like 2026."),
        (("4", "3", "2026"), "The day of identification must be 3 March 2026 or earlier."),
        (("31", "12", "2019"), "The day of identification must be 1 January 2020 or later."),
    ],
)
def test_a_wrong_date_gets_one_clear_sentence(typed: tuple[str, str, str], sentence: str) -> None:
    form = Identified(dict(zip(("on_day", "on_month", "on_year"), typed, strict=True)))
    assert form.errors["on"] == [sentence]


def test_a_right_date_is_a_date() -> None:
    form = Identified({"on_day": " 3 ", "on_month": "03", "on_year": "2026"})
    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2026, 3, 3)


def test_a_date_known_before_is_filled_in() -> None:
    markup = str(Identified(initial={"on": date(2026, 3, 2)}))
    assert re.search(r'id="id_on_day" name="on_day" type="text" inputmode="numeric" value="2"', markup)


def test_the_only_question_is_the_heading() -> None:
    assert '<h1 class="govuk-fieldset__heading">When?</h1>' in str(Identified())


class Several(GovukForm):
    alias = forms.CharField(label="Alias", help_text="Never the real name.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    consent = forms.ChoiceField(
        label="Consent?",
        choices=[("y", "Yes"), ("n", "No")],
        widget=Radios(hints={"n": "Ask later."}, inline=True),
    )
    needs = forms.MultipleChoiceField(label="Needs", choices=[("f", "Food")], widget=Checkboxes)
    read = forms.BooleanField(label="I have read this")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_fields_are_drawn_in_the_house_style() -> None:
    markup = str(Several())
    assert 'class="govuk-input"' in markup
    assert 'aria-describedby="id_alias_helptext"' in markup
    assert 'class="govuk-textarea"' in markup
    assert "govuk-radios--inline" in markup
    assert 'aria-describedby="id_consent_1_hint"' in markup
    assert "Note (optional)" in markup
    assert "required" not in markup
    assert '<input type="hidden" name="token" id="id_token">' in markup


def test_each_missing_answer_is_named_and_linked() -> None:
    links = [(link.target, link.message) for link in error_links(Several({}))]
    assert links == [
        ("id_alias", "“Alias”: this must be filled in."),
        ("id_consent_0", "“Consent?”: choose an answer."),
        ("id_needs_0", "“Needs”: choose an answer."),
        ("id_read", "“I have read this”: tick the box to go on."),
    ]


def test_an_input_with_an_error_is_marked_and_described() -> None:
    markup = str(Several({}))
    assert 'class="govuk-input govuk-input--error"' in markup
    assert 'aria-describedby="id_alias_helptext id_alias_error"' in markup


def test_a_form_that_was_not_sent_has_no_errors() -> None:
    assert error_links(Several()) == []
    assert error_links("") == []
