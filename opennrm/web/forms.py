from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.widgets import ChoiceWidget, Input
from django.utils.translation import gettext as _

from opennrm.web.date_field import DateField, DateWidget

__all__ = ["Checkboxes", "DateField", "DateWidget", "GovukForm", "GovukRenderer", "Radios", "first_input_id"]

# The first that fits wins; a widget that fits none draws itself whole.
CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (Input, "govuk-input"),
)
OWN_TEMPLATES = {
    "django/forms/widgets/radio.html": "forms/radios.html",
    "django/forms/widgets/checkbox_select.html": "forms/checkboxes.html",
}


def _class_of(widget: forms.Widget) -> str:
    return next((name for kind, name in CLASSES if isinstance(widget, kind)), "")


def first_input_id(bound: BoundField) -> str:
    """The input to which an error of this field leads."""
    if isinstance(bound.field.widget, DateWidget):
        return f"{bound.auto_id}_{_wrong_parts(bound)[0]}"
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return str(bound.id_for_label)


def _wrong_parts(bound: BoundField) -> tuple[str, ...]:
    for error in bound.form.errors.as_data().get(bound.name, []):
        if error.params and "parts" in error.params:
            return tuple(error.params["parts"])
    return DateWidget.PARTS


def _what_is_missing(field: forms.Field) -> str:
    """A sentence that says which question is open, so that it can stand alone in the summary."""
    if isinstance(field, forms.BooleanField):
        sentence = _("“%(label)s”: tick the box to go on.")
    elif isinstance(field, forms.ChoiceField | forms.MultipleChoiceField):
        sentence = _("“%(label)s”: choose an answer.")
    else:
        sentence = _("“%(label)s”: this must be filled in.")
    return sentence % {"label": field.label or ""}


class GovukBoundField(BoundField):
    """Gives each input the class it is drawn by, and marks the ones with an error."""

    def build_widget_attrs(self, attrs: Any, widget: forms.Widget | None = None) -> Any:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if isinstance(widget, DateWidget) and self.errors:
            built["wrong"] = _wrong_parts(self)
        kind = "" if widget.is_hidden else _class_of(widget)
        if kind:
            error = f"{kind}--error" if self.errors and kind != "govuk-checkboxes__input" else ""
            built["class"] = " ".join(filter(None, (kind, widget.attrs.get("class"), error)))
        return built


class GovukRenderer(DjangoTemplates):
    """Draws every form of the project, a third party's included, with the templates in `templates/forms`."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = GovukBoundField

    def get_template(self, template_name: str) -> Any:
        return super().get_template(OWN_TEMPLATES.get(template_name, template_name))


class GovukForm(forms.Form):
    """A plain form drawn in the house style; a page with one question makes its label the heading."""

    default_renderer = GovukRenderer
    use_required_attribute = False
    single_question: ClassVar[bool] = False
    says_optional: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _what_is_missing(field)


class _WithHints(ChoiceWidget):
    """Choices that may each carry a hint."""

    def __init__(
        self,
        hints: Mapping[str, Any] | None = None,
        *,
        inline: bool = False,
        small: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.hints, self.inline, self.small = hints or {}, inline, small

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        return option

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"inline": self.inline, "small": self.small}
        return context


class Radios(_WithHints, forms.RadioSelect):
    """One of several, each with a hint where it helps; `inline` for yes and no."""


class Checkboxes(_WithHints, forms.CheckboxSelectMultiple):
    """Any of several, each with a hint where it helps."""
