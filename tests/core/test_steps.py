"""The wizard engine: pure, without a database or a request."""

import datetime

from django import forms

from core.steps import Step, StepForm, Wizard, json_safe


class Animal(StepForm):
    animal = forms.ChoiceField(choices=[("cat", "Cat"), ("dog", "Dog")])


class Lead(StepForm):
    length = forms.IntegerField()
    bought = forms.DateField()


class Word(StepForm):
    word = forms.CharField(max_length=5)
    again = forms.CharField()


WIZARD = Wizard(
    Step("animal", "Which animal?", Animal),
    Step("lead", "The lead", Lead, lambda answers: answers.get("animal") == {"animal": "dog"}),
    Step("tag", "The tag", Word, lambda answers: "lead" in answers, secret=("again",)),
    Step("word", "A word", Word, secret=("again",)),
)
DOG = {"animal": {"animal": "dog"}}
ANIMAL, LEAD, TAG, WORD = WIZARD.steps


def answer(answers, step, **data):
    form = WIZARD.form(step, answers, data)
    assert form.is_valid(), form.errors
    return WIZARD.keep(answers, step, form)


def test_a_step_applies_by_the_answers_so_far():
    assert WIZARD.applicable({}) == [ANIMAL, WORD]
    assert WIZARD.applicable(DOG) == [ANIMAL, LEAD, WORD]


def test_the_first_open_step_is_the_first_without_a_valid_answer():
    assert WIZARD.first_open({}) == ANIMAL
    assert WIZARD.first_open({"animal": {"animal": "fish"}}) == ANIMAL
    assert WIZARD.first_open(DOG) == LEAD
    assert WIZARD.first_open({"animal": {"animal": "cat"}}) == WORD


def test_before_and_after_skip_what_does_not_apply():
    cat = {"animal": {"animal": "cat"}}
    assert WIZARD.before(ANIMAL, cat) is None
    assert WIZARD.before(WORD, cat) == ANIMAL
    assert WIZARD.after(ANIMAL, cat) == WORD
    assert WIZARD.after(WORD, cat) is None


def test_a_step_opens_only_when_nothing_before_it_is_open():
    assert WIZARD.may_open(ANIMAL, {})
    assert not WIZARD.may_open(WORD, {})
    assert not WIZARD.may_open(LEAD, {"animal": {"animal": "cat"}})
    assert WIZARD.may_open(LEAD, DOG)


def test_answers_are_kept_as_json_without_secrets():
    answers = answer(DOG, LEAD, length="3", bought="2026-11-21")
    assert answers["lead"] == {"length": 3, "bought": "2026-11-21"}
    assert answer(answers, WORD, word="woof", again="woof")["word"] == {"word": "woof"}


def test_a_changed_answer_drops_the_whole_branch_behind_it():
    answers = answer(DOG, LEAD, length="3", bought="2026-11-21")
    answers = answer(answers, TAG, word="rex", again="rex")
    assert answer(answers, ANIMAL, animal="cat") == {"animal": {"animal": "cat"}}


def test_what_hangs_on_a_dropped_answer_goes_with_it():
    wizard = Wizard(
        Step("animal", "Which animal?", Animal),
        Step("lead", "The lead", Lead, lambda answers: answers.get("animal") == {"animal": "dog"}),
        Step("word", "A word", Word, secret=("again",), hangs_on=("lead",)),
    )
    animal = wizard.steps[0]
    answers = {**DOG, "lead": {"length": 3, "bought": "2026-11-21"}, "word": {"word": "rex"}}
    form = wizard.form(animal, answers, {"animal": "cat"})
    assert form.is_valid()
    assert wizard.keep(answers, animal, form) == {"animal": {"animal": "cat"}}


def test_complete_once_every_step_that_applies_is_answered():
    answers = answer({}, ANIMAL, animal="cat")
    assert not WIZARD.complete(answers)
    assert WIZARD.complete(answer(answers, WORD, word="purr", again="purr"))


def test_what_was_typed_is_kept_without_being_valid_and_leaves_the_step_open():
    form = WIZARD.form(WORD, {}, {"word": "much too long\0", "again": "secret"})
    answers = WIZARD.keep_as_typed({"animal": {"animal": "cat"}}, WORD, form)
    assert answers["word"] == {"word": "much too long"}
    assert WIZARD.first_open(answers) == WORD
    assert WIZARD.form(WORD, answers)["word"].value() == "much too long"


def test_dates_and_lists_become_json():
    assert json_safe([datetime.date(2026, 11, 21), 1, None, True]) == ["2026-11-21", 1, None, True]
