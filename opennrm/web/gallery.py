from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from opennrm.web.forms import Checkboxes, DateField, GovukForm, Radios
from opennrm.web.timeline import Bar, TimelineDuty, responsibility_timeline


class GalleryForm(GovukForm):
    alias = forms.CharField(
        label="Alias",
        help_text="Never the real name.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    account = forms.CharField(
        label="What happened, in her words", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    consent = forms.ChoiceField(
        label="Does she consent?",
        choices=[("yes", "Yes"), ("no", "No"), ("later", "Ask again later")],
        widget=Radios(hints={"later": "She may decide within the recovery period."}),
    )
    needs = forms.MultipleChoiceField(
        label="What does she need today?",
        choices=[("food", "Food"), ("doctor", "A doctor"), ("rest", "A safe place")],
        widget=Checkboxes,
    )
    office = forms.ChoiceField(label="Office", choices=[("", "Choose an office"), ("a", "Invented shelter")])
    identified_on = DateField(
        label="When was she identified?",
        name="The day of identification",
        help_text="For example, 27 3 2026.",
    )
    sure = forms.BooleanField(label="I have read this to her")


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once, with invented content."""
    now = timezone.localtime()
    wrong = {
        "identified_on_day": "31",
        "identified_on_month": "",
        "identified_on_year": "2026",
        "alias": "Alias A",
    }
    form = GalleryForm(wrong) if "errors" in request.GET else GalleryForm()
    context = {"form": form, "now": now, **PAGE, **_tables(now), **_lists(now), "timeline": _timeline(now)}
    return render(request, "web/gallery.html", context)


PAGE: Mapping[str, Any] = {
    "demo": True,
    "signed_in_person": "Prova Shembulli",
    "signed_in_office": "Invented shelter",
    "sign_out_url": "/accounts/logout/",
    "navigation": [
        {"label": "Today", "url": "/", "current": True},
        {"label": "Cases", "url": "/cases/"},
        {"label": "Gaps", "url": "/gaps/"},
        {"label": "Reports", "url": "/reports/"},
    ],
    "breadcrumbs": [{"label": "Cases", "url": "/cases/"}, {"label": "AL-0000-DEMO"}],
    "tags": [{"text": "Child", "colour": "yellow"}, {"text": "Speaks Arabic", "colour": "grey"}],
    "actions": [{"text": "Hand over", "url": "#"}, {"text": "Add note", "url": "#", "kind": "secondary"}],
    "form_buttons": [
        {"text": "Save and continue"},
        {"text": "Save for later", "kind": "secondary", "name": "later", "value": "1"},
    ],
    "tabs": [
        {"label": "Overview", "url": "#", "current": True},
        {"label": "Support", "url": "#support"},
        {"label": "Who is responsible", "url": "#responsible"},
    ],
    "counters": [
        {"number": 3, "words": "overdue", "url": "?show=overdue", "urgent": True},
        {"number": 5, "words": "due today", "url": "?show=today", "current": True},
        {"number": 1, "words": "offered to us", "url": "?show=offered"},
        {"number": 0, "words": "without a named worker", "url": "?show=unnamed", "urgent": True},
    ],
    "kinds": ["Shelter", "Health", "Legal"],
    "regions": [
        {"label": "Tirana", "cells": [{}, {"text": 2, "words": "wait 3 days", "level": 2}, {}]},
        {"label": "Vlora", "cells": [{"text": 1, "words": "waits 1 day", "level": 1}, {}, {}]},
        {
            "label": "Shkodra",
            "cells": [
                {},
                {"text": 4, "words": "wait 9 days", "level": 3},
                {"text": 6, "words": "wait 20 days", "level": 4},
            ],
        },
    ],
}


def _tables(now: datetime) -> dict[str, Any]:
    return {
        "columns": [
            {"label": "What is owed", "sort": "none"},
            {"label": "Office", "sort": "none"},
            {"label": "By when", "sort": "ascending"},
            {"label": "State"},
            {"label": "Days", "numeric": True, "sort": "none"},
        ],
        "rows": [
            [
                {"text": "Appoint a guardian", "url": "#", "hint": "a child, speaks Arabic"},
                "Invented municipality",
                {"due": now - timedelta(days=4)},
                {"tag": {"text": "Overdue", "colour": "red"}},
                14,
            ],
            [
                {"text": "Medical check", "url": "#"},
                "Invented shelter",
                {"due": now + timedelta(hours=3, minutes=5)},
                {"tag": {"text": "Held", "colour": "blue"}},
                2,
            ],
        ],
    }


def _lists(now: datetime) -> dict[str, Any]:
    return {
        "facts": [
            {"key": "Age", "value": "16, estimated", "change_url": "#"},
            {"key": "Languages", "several": ["Arabic", "Some English"], "change_url": "#"},
            {
                "key": "Status",
                "tag": {"text": "Potential victim", "colour": "blue"},
                "hint": "Decision due in 9 days",
            },
        ],
        "tasks": [
            {
                "name": "Appoint a guardian",
                "url": "#",
                "due": now - timedelta(days=4),
                "status": "Overdue",
                "colour": "red",
            },
            {
                "name": "Medical check",
                "url": "#",
                "hint": "Invented shelter",
                "due": now + timedelta(days=2),
                "status": "Held",
                "colour": "blue",
            },
            {"name": "First interview", "status": "Fulfilled"},
        ],
        "events": [
            {
                "title": "Moved to a shelter",
                "by": "Invented shelter",
                "at": now,
                "text": "A place for 90 days.",
            },
            {"title": "Identified at the border", "by": "Border police", "at": now - timedelta(days=2)},
        ],
    }


def _timeline(now: datetime) -> dict[str, Any]:
    def day(number: float) -> datetime:
        return now + timedelta(days=number)

    rows = (
        TimelineDuty(
            "Appoint a guardian",
            due=day(-4),
            holdings=(
                Bar("Border police", day(-20), day(-13)),
                Bar("Invented municipality", day(-13), None, "E. Provës"),
            ),
            lapsed_at=day(-4),
            started_at=day(-20),
        ),
        TimelineDuty(
            "Medical check",
            due=day(-10),
            holdings=(Bar("Invented shelter", day(-18), day(-11), "P. Shembulli"),),
            ended_at=day(-11),
            ended_as="fulfilled",
            started_at=day(-20),
        ),
        TimelineDuty(
            "Decision on the status",
            due=day(9),
            holdings=(Bar("Border police", day(-20), day(-19)), Bar("Responsible Authority", day(-19))),
            suspensions=((day(-9), day(-5)),),
            started_at=day(-20),
        ),
        TimelineDuty("Legal help", due=day(5), started_at=day(-6)),
    )
    return {"svg": responsibility_timeline(rows, begins=day(-21), ends=day(12), now=now)}
