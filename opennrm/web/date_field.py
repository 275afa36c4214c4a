from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

Limit = date | Callable[[], date] | None

THE_DATE = _("The date")
MISSING = {
    ("day",): _("%(name)s must include a day."),
    ("month",): _("%(name)s must include a month."),
    ("year",): _("%(name)s must include a year."),
    ("day", "month"): _("%(name)s must include a day and a month."),
    ("day", "year"): _("%(name)s must include a day and a year."),
    ("month", "year"): _("%(name)s must include a month and a year."),
}


class DateWidget(forms.Widget):
    """A date typed in three parts: day, month, year."""

    template_name = "forms/date.html"
    use_fieldset = True
    PARTS = ("day", "month", "year")
    LABELS = {"day": _("Day"), "month": _("Month"), "year": _("Year")}

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return tuple(str(data.get(f"{name}_{part}", "")).strip() for part in self.PARTS)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return all(f"{name}_{part}" not in data for part in self.PARTS)

    def format_value(self, value: Any) -> Any:
        if isinstance(value, date):
            return (str(value.day), str(value.month), str(value.year))
        return value or ("", "", "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        wrong = context["widget"]["attrs"].pop("wrong", ())
        values = zip(self.PARTS, context["widget"]["value"], strict=True)
        context["widget"]["parts"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{context['widget']['attrs'].get('id', name)}_{part}",
                "label": self.LABELS[part],
                "value": typed,
                "width": 4 if part == "year" else 2,
                "wrong": part in wrong,
            }
            for part, typed in values
        ]
        return context


class DateField(forms.Field):
    """A date in three parts, one clear sentence for each error; `name` is the subject of the sentence."""

    widget = DateWidget

    def __init__(
        self, *, name: Any = THE_DATE, not_before: Limit = None, not_after: Limit = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.name, self.not_before, self.not_after = name, not_before, not_after

    def _refuse(self, sentence: Any, *parts: str, **params: Any) -> ValidationError:
        params |= {"name": self.name, "parts": parts or DateWidget.PARTS}
        return ValidationError(sentence, code="invalid", params=params)

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value
        if not any(value):
            return None
        missing = tuple(part for part, typed in zip(DateWidget.PARTS, value, strict=True) if not typed)
        if missing:
            raise self._refuse(MISSING[missing], *missing)
        return self._real_date(*value)

    def _real_date(self, day: str, month: str, year: str) -> date:
        if year.isdecimal() and len(year) != 4:
            raise self._refuse(_("%(name)s must have a year of four digits, like 2026."), "year")
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            raise self._refuse(_("%(name)s must be a real date, like 27 3 2026.")) from None

    def validate(self, value: date | None) -> None:
        if value is None and self.required:
            raise self._refuse(_("Enter a day, a month and a year, like 27 3 2026."))

    def run_validators(self, value: date | None) -> None:
        super().run_validators(value)
        earliest = self.not_before() if callable(self.not_before) else self.not_before
        latest = self.not_after() if callable(self.not_after) else self.not_after
        if value and earliest and value < earliest:
            raise self._refuse(_("%(name)s must be %(day)s or later."), day=date_format(earliest, "j F Y"))
        if value and latest and value > latest:
            raise self._refuse(_("%(name)s must be %(day)s or earlier."), day=date_format(latest, "j F Y"))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(DateWidget().format_value(initial) != tuple(data))
