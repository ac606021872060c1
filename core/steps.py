"""Wizards: the questions that people answer step by step. Knows no request and no draft row.

A wizard is a tuple of steps; the answers are JSON, kept by the caller in a draft:

    answers = {step key: {field: JSON value, as typed and valid}}

    wizard = Wizard(*steps, person=person)      what every form is given beside the answers
    wizard.first_open(answers)          the step to go on with, None when all are answered
    form = wizard.form(step, answers, data)     bound if there is data, else showing the answers
    if form.is_valid():
        draft.answers = wizard.keep(answers, step, form)
        following = wizard.after(step, draft.answers)
    elif "previous" in data:
        draft.answers = wizard.keep_as_typed(answers, step, form)

A branch is nothing but steps whose `applies` asks the answers so far.
"""

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model

from core import patients

Answers = dict[str, dict[str, Any]]


def always(answers: Answers) -> bool:
    """A step that everybody is asked."""
    return True


class StepForm(forms.Form):
    """The questions of one step; `answers` are those of all steps so far."""

    def __init__(self, *args: Any, answers: Answers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = answers


@dataclass(frozen=True)
class Step:
    """One page of questions.

    `secret` fields are validated, but never among the answers. An answer is dropped when one of a
    step that it `hangs_on` changes.
    """

    key: str
    title: str
    form_class: type[StepForm]
    applies: Callable[[Answers], bool] = always
    secret: tuple[str, ...] = ()
    hangs_on: tuple[str, ...] = ()


class Wizard:
    """The steps in their order, and where answers stand among them.

    `context` goes to the form of every step, by name.
    """

    def __init__(self, *steps: Step, **context: Any) -> None:
        self.steps = steps
        self.context = context

    def step(self, key: str) -> Step | None:
        """The step of that key, whether it applies or not; None if there is none."""
        return next((step for step in self.steps if step.key == key), None)

    def applicable(self, answers: Answers) -> list[Step]:
        """The steps to answer, given the answers so far."""
        return [step for step in self.steps if step.applies(answers)]

    def first_open(self, answers: Answers) -> Step | None:
        """The first step without a valid answer; None when all have one."""
        for step in self.applicable(answers):
            if step.key not in answers or not self._answered(step, answers):
                return step
        return None

    def may_open(self, step: Step, answers: Answers) -> bool:
        """Whether the step applies and nothing before it is open."""
        steps = self.applicable(answers)
        if step not in steps:
            return False
        first = self.first_open(answers)
        return first is None or steps.index(step) <= steps.index(first)

    def before(self, step: Step, answers: Answers) -> Step | None:
        """The step that "Previous" leads to."""
        steps = self.applicable(answers)
        position = steps.index(step)
        return steps[position - 1] if position else None

    def after(self, step: Step, answers: Answers) -> Step | None:
        """The step that follows; None if the summary does."""
        following = self.applicable(answers)
        position = following.index(step) + 1
        return following[position] if position < len(following) else None

    def complete(self, answers: Answers) -> bool:
        """Whether every step that applies has a valid answer."""
        return self.first_open(answers) is None

    def form(self, step: Step, answers: Answers, data: Mapping[str, Any] | None = None) -> Any:
        """The step's form: bound to `data`, or showing what was answered before."""
        return step.form_class(
            data, initial={**answers.get(step.key, {})}, answers=answers, **self.context
        )

    def keep(self, answers: Answers, step: Step, form: Any) -> Answers:
        """New answers with those of a valid form, without those that no longer apply."""
        return self._with(answers, step, kept_of(step, form))

    def keep_as_typed(self, answers: Answers, step: Step, form: Any) -> Answers:
        """New answers with what a bound form was sent, valid or not: for "Previous".

        What is not valid leaves its step open, so nothing can be submitted with it. An NHS number
        is not kept at all.
        """
        if set(form.fields) <= set(step.secret):
            return answers
        if form.is_valid():
            return self.keep(answers, step, form)
        typed = {
            name: storable(form[name].value())
            for name in form.fields
            if name not in step.secret
            and form[name].value() is not None
            and not form.has_error(name, patients.CODE)
        }
        return self._with(answers, step, typed)

    def without(self, answers: Answers, step: Step) -> Answers:
        """New answers without those of a step, and without what no longer applies then."""
        rest = {key: value for key, value in answers.items() if key != step.key}
        return self._pruned(rest, {step.key})

    def _with(self, answers: Answers, step: Step, values: dict[str, Any]) -> Answers:
        changed = {step.key} if answers.get(step.key, values) != values else set()
        return self._pruned({**answers, step.key: values}, changed)

    def _pruned(self, answers: Answers, changed: set[str]) -> Answers:
        """Without what no longer applies, and what hangs on steps that changed or went."""
        while True:
            applicable = {step.key for step in self.applicable(answers)}
            gone = {
                step.key
                for step in self.steps
                if step.key in answers
                and (step.key not in applicable or changed.intersection(step.hangs_on))
            }
            if not gone:
                return answers
            answers = {key: value for key, value in answers.items() if key not in gone}
            changed = gone

    def _answered(self, step: Step, answers: Answers) -> bool:
        """A kept answer still is what the step's form would keep."""
        form = self.form(step, answers, answers[step.key])
        if not set(form.errors) <= set(step.secret):
            return False
        return kept_of(step, form) == answers[step.key]


def kept_of(step: Step, form: Any) -> dict[str, Any]:
    """What is kept of a form without errors: everything but secrets."""
    return {
        name: json_safe(value)
        for name, value in form.cleaned_data.items()
        if name not in step.secret
    }


LONGEST_TYPED = 2_000


def storable(value: Any) -> Any:
    """Typed text as a draft can hold it: bounded, without the NUL that PostgreSQL refuses."""
    if isinstance(value, str):
        return value.replace("\0", "")[:LONGEST_TYPED]
    if isinstance(value, list | tuple):
        return [storable(one) for one in value[:100]]
    return json_safe(value)


def json_safe(value: Any) -> Any:
    """A cleaned value as a form takes it again: objects by their key, dates in ISO form."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime.date | datetime.time | decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return [json_safe(one) for one in value]
    return value
