"""One organisation found by text: what the field takes, what it answers, how it is drawn."""

from datetime import date

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.http import QueryDict

from core.steps import Step, Wizard
from crispy_nhsuk.helper import NHSFormHelper
from organisations.models import Organisation
from tests.crispy_nhsuk.official import lines, official
from tests.crispy_nhsuk.rendering import drawn
from tests.factories.organisations import (
    OrganisationFactory,
    PostcodeLocationFactory,
    UnitFactory,
)
from tests.organisations.asking import (
    CHOOSE,
    CONFIRM,
    NUMBER,
    AskForm,
    ListedOnlyForm,
    answer,
    error,
    options,
    posted,
    unlisted,
)

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("CPMS-16", "CQRS-07")
@pytest.mark.parametrize(
    "text", ["nv2", " NV2 ", "the  huntercombe GROUP", "The Huntercombe Group"]
)
def test_an_exact_code_or_name_is_the_organisation(huntercombe, text):
    OrganisationFactory(ods_code="NV3", name="The Huntercombe Group North")
    assert answer(posted(text)) == huntercombe.pk


@pytest.mark.requirement("CQRS-07")
def test_a_part_of_a_name_offers_what_fits(oxfords):
    form = posted("oxford")
    assert error(form) == CHOOSE
    assert options(form) == (
        [
            (str(oxfords[0].pk), "Oxford Health", "ODS code RNU, Oxford OX4 4XN"),
            (str(oxfords[1].pk), "Oxford University Hospitals", "ODS code RTH, Oxford OX4 4XN"),
            unlisted("oxford"),
        ],
        "",
    )


def test_what_is_chosen_for_the_text_is_the_answer(oxfords):
    second = oxfords[1].pk
    assert answer(posted("oxford", str(second), "oxford")) == second
    assert answer(posted("Oxford U", f"organisation:{second}", " Oxford  U")) == second


def test_a_choice_made_for_another_text_is_forgotten(oxfords):
    form = posted("cumb", str(oxfords[0].pk), "oxford")
    assert error(form) == CONFIRM
    assert options(form)[1] == str(oxfords[2].pk)


def test_a_single_match_is_chosen_already_but_confirmed_by_the_person(oxfords):
    form = posted("university")
    assert error(form) == CONFIRM
    assert form.has_error("provider", "confirm")
    assert options(form)[1] == str(oxfords[1].pk)


@pytest.mark.parametrize("text", ["o", " o ", "o'", "-o-"])
def test_one_letter_is_too_little_to_look_for(oxfords, text):
    form = posted(text)
    assert error(form) == "Enter at least 2 letters"
    assert form.has_error("provider", "short")
    assert form.fields["provider"].widget.found is None


@pytest.mark.requirement("CT-18")
@pytest.mark.parametrize("length", [0, 300])
def test_an_nhs_number_is_refused_and_never_kept(oxfords, length):
    text = f"Oxford ward of {NUMBER} {'x' * length}".strip()
    wizard, step = Wizard(), Step("organisation", "Your organisation", AskForm)
    for form in (
        posted(text),
        posted(text, "unlisted", text),
        posted("oxford", "unlisted", text),
        posted("oxford", text, "oxford"),
        AskForm({"provider": {"unlisted": text}}),
    ):
        assert error(form) == "Remove the NHS number. Nothing about a patient may be entered here"
        assert form.fields["provider"].widget.found is None
        assert wizard.keep_as_typed({}, step, form) == {"organisation": {}}


def test_namesakes_must_be_chosen_from(oxfords):
    Organisation.objects.update(name="Oxford Health")
    form = posted("oxford health")
    assert error(form) == CHOOSE
    assert len(options(form)[0]) == 4
    assert answer(posted("Oxford Health", str(oxfords[1].pk), "Oxford Health")) == oxfords[1].pk


@pytest.mark.requirement("CT-08")
def test_the_postcode_of_a_hospital_offers_its_provider(huntercombe):
    UnitFactory(organisation=huntercombe)
    PostcodeLocationFactory()
    assert options(posted("sl6 0pq"))[0][0][:2] == (str(huntercombe.pk), huntercombe.name)


@pytest.mark.requirement("CT-18")
def test_an_organisation_that_is_not_listed_is_taken_by_its_name(oxfords):
    form = posted("Foo  Care")
    assert error(form) == (
        "We found nothing for “Foo Care”. Check the spelling, or enter a shorter part of its "
        "name, its ODS code or its postcode"
    )
    assert options(form) == ([unlisted("Foo Care")], "")
    assert answer(posted("Foo  Care", "unlisted", "Foo Care")) == {"unlisted": "Foo Care"}
    assert answer(posted("oxford", "unlisted", "oxford")) == {"unlisted": "oxford"}
    assert error(posted("oxford", "unlisted", "Foo Care")) == CHOOSE


@pytest.mark.requirement("CT-18")
@pytest.mark.parametrize("text", ["Foo Care", "foo  CARE", "FOO1"])
def test_what_was_not_listed_is_the_organisation_once_it_is(oxfords, text):
    kept = {"unlisted": " ".join(text.split())}
    assert answer(AskForm({"provider": kept})) == kept
    foo = OrganisationFactory(ods_code="FOO1", name="Foo Care")
    assert answer(AskForm({"provider": kept})) == foo.pk
    assert answer(posted(text, "unlisted", text)) == foo.pk
    OrganisationFactory(ods_code="FOO2", name="FOO CARE", kind__code="icb")
    OrganisationFactory(ods_code="FOO3", name="FOO CARE", closed_on=date(2026, 3, 4))
    assert answer(AskForm({"provider": kept})) == foo.pk


def test_what_is_not_listed_stays_so_beside_closed_ones_and_namesakes(oxfords):
    kept = {"unlisted": "Foo Care"}
    OrganisationFactory(ods_code="FOO1", name="Foo Care", closed_on=date(2026, 3, 4))
    assert answer(AskForm({"provider": kept})) == kept
    for code in ("FOO2", "FOO3"):
        OrganisationFactory(ods_code=code, name="Foo Care")
    assert answer(AskForm({"provider": kept})) == kept


def test_where_only_listed_ones_are_taken_there_is_no_such_radio(oxfords):
    assert options(posted("oxford", form=ListedOnlyForm))[0][-1][0] == str(oxfords[1].pk)
    form = posted("Foo", "unlisted", "Foo", form=ListedOnlyForm)
    assert "We found nothing" in error(form)
    assert form.fields["provider"].widget.found is None
    assert "We found nothing" in error(ListedOnlyForm({"provider": {"unlisted": "Foo"}}))


@pytest.mark.parametrize("text", [None, "", "  ", "\0", "\u200b", "-"])
def test_no_text_is_asked_for_in_the_forms_own_words(huntercombe, text):
    assert error(posted(text, str(huntercombe.pk))) == "Enter your provider"


def test_no_text_is_no_answer_where_none_is_needed(huntercombe):
    form = AskForm({})
    form.fields["provider"].required = False
    assert answer(form) is None


def test_kept_answers_are_taken_again_and_shown_by_name(huntercombe):
    for kept, text, choice in (
        (huntercombe.pk, huntercombe.name, str(huntercombe.pk)),
        ({"unlisted": "Foo Care"}, "Foo Care", "unlisted"),
    ):
        assert answer(AskForm({"provider": kept})) == kept
        html = drawn(AskForm(initial={"provider": kept}), "provider")
        assert f'value="{text}"' in html
        sent = posted(text, choice, text)
        assert answer(sent) == kept
        assert f'name="provider_choice" type="hidden" value="{choice}"' in html
        assert f'name="provider_found" type="hidden" value="{text}"' in html


def test_what_was_typed_is_kept_and_taken_again(oxfords):
    form = posted("ox\0ford", "", "")
    typed = form["provider"].value()
    assert typed == {"text": "oxford", "choice": "", "found": ""}
    assert error(AskForm({"provider": typed})) == CHOOSE
    assert 'value="oxford"' in drawn(AskForm(initial={"provider": typed}), "provider")


def test_an_answer_survives_an_error_elsewhere_in_the_form(huntercombe):
    class Both(AskForm):
        other = forms.CharField()

    form = Both({"provider": "hunter", "provider_choice": huntercombe.pk, "provider_found": "x"})
    form = Both(posted("hunter", str(huntercombe.pk), "hunter").data)
    assert list(form.errors) == ["other"]
    html = drawn(form, "provider")
    assert f'name="provider_choice" type="hidden" value="{huntercombe.pk}"' in html
    assert 'name="provider_found" type="hidden" value="hunter"' in html


@pytest.fixture
def merged(oxfords):
    """Oxford Health went into the University Hospitals, by way of Cumbria."""
    closed, successor, between = oxfords
    between.closed_on, between.successor = date(2026, 3, 4), successor
    between.save()
    closed.closed_on, closed.successor = date(2026, 3, 3), between
    closed.save()
    return closed


def test_a_kept_organisation_that_has_closed_names_its_successor(merged, oxfords):
    for form in (AskForm({"provider": merged.pk}), posted("Oxford Health"), posted("rnu")):
        assert error(form) == (
            "Oxford Health closed on 3 March 2026. It is now part of Oxford University Hospitals"
        )
        assert options(form) == (
            [
                (str(oxfords[1].pk), "Oxford University Hospitals", "ODS code RTH"),
                unlisted("Oxford Health"),
            ],
            str(oxfords[1].pk),
        )
    assert 'value="Oxford Health"' in drawn(AskForm({"provider": merged.pk}), "provider")


def test_a_closed_organisation_that_nobody_took_over(merged):
    Organisation.objects.filter(pk=merged.pk).update(successor=None)
    for form in (
        AskForm({"provider": merged.pk}),
        posted("Oxford Health"),
        posted("Oxford", str(merged.pk), "Oxford"),
    ):
        assert error(form) == "Oxford Health has closed. Choose another"
        assert form.fields["provider"].widget.found is None


def test_a_successor_of_another_kind_is_not_offered(merged, oxfords):
    board = OrganisationFactory(ods_code="QE1", name="A board", kind__code="icb")
    Organisation.objects.filter(pk=merged.pk).update(successor=board)
    assert error(AskForm({"provider": merged.pk})) == "Oxford Health has closed. Choose another"


@pytest.mark.parametrize(
    "choice", ["", "x", "-1", "0", "9" * 18, "9" * 9999, "organisation:", "unit:1", "\0", "٣"]
)
def test_hostile_choices_are_errors(oxfords, choice):
    assert error(posted("oxford", choice, "oxford")) == CHOOSE


def test_an_organisation_of_another_kind_is_no_answer(oxfords):
    board = OrganisationFactory(ods_code="QE1", name="Oxford board", kind__code="icb")
    assert error(posted("oxford", str(board.pk), "oxford")) == CHOOSE
    assert error(AskForm({"provider": board.pk})) == CHOOSE
    assert "We found nothing" in error(posted("Oxford board"))


@pytest.mark.parametrize(
    "value",
    [True, 0, -5, 10**30, 1.5, [], ["x"], [[]], {}, {"unlisted": 5}, {"text": []}, {"x": "y"}],
)
def test_hostile_kept_answers_are_errors(oxfords, value):
    form = AskForm({"provider": value})
    assert error(form) in {CHOOSE, "Enter your provider"}
    drawn(form, "provider")
    drawn(AskForm(initial={"provider": value}), "provider")


def test_a_long_text_is_an_error_and_is_kept(oxfords):
    form = posted("x" * 10_000, "unlisted", "x" * 10_000)
    assert error(form) == "Enter no more than 200 characters"
    assert f'value="{"x" * 2_000}"' in drawn(form, "provider")
    assert error(AskForm({"provider": {"unlisted": "x" * 201}})).startswith("Enter no more")


def test_extra_and_repeated_values_are_no_harm(oxfords):
    data = QueryDict(f"provider=a&provider=oxford&provider_choice=x&provider_choice={'9' * 50}")
    assert error(AskForm(data)) == CHOOSE


def test_forms_do_not_share_what_they_found(oxfords):
    first = posted("oxford")
    error(first)
    assert posted("NV2").fields["provider"].widget.found is None
    assert "radio" not in drawn(AskForm(), "provider")


def test_a_form_takes_few_queries(oxfords, django_assert_max_num_queries):
    for text, queries in (("oxford", 2), ("rnu", 1), ("zzz", 4)):
        with django_assert_max_num_queries(queries):
            drawn(posted(text), "provider")
    with django_assert_max_num_queries(1):
        drawn(AskForm(initial={"provider": oxfords[0].pk}), "provider")


# How it is drawn


def input_params(**more):
    return {
        "id": "id_provider",
        "name": "provider",
        "label": "Your provider",
        "hint": "A part of its name",
        "autocomplete": "off",
        "spellcheck": False,
        "attributes": {
            "maxlength": "200",
            "data-lookup-url": "/find/",
            "data-lookup-target": "id_provider_choice",
            "data-lookup-found": "id_provider_found",
        },
        **more,
    }


def without_hidden(html):
    """The lines without the inputs that only carry the choice."""
    return [line for line in lines(html) if "type='hidden'" not in line]


@pytest.mark.parametrize("wrong", [False, True])
def test_the_input_is_the_design_systems(wrong):
    form = posted("") if wrong else AskForm()
    params = {"errorMessage": "Enter your provider"} if wrong else {}
    expected = lines(official("input", "input", input_params(**params)))
    assert without_hidden(drawn(form, "provider")) == expected


def test_the_radios_are_the_design_systems_with_the_error_and_the_text_above(oxfords):
    items = [
        {"value": value, "text": label, "hint": hint, "id": f"id_provider-found-{number}"}
        for number, (value, label, hint) in enumerate(options(posted("oxford"))[0])
    ]
    legend = {"text": "Choose your organisation", "classes": "nhsuk-fieldset__legend--s"}
    radios = official(
        "radios",
        "radios",
        {
            "name": "provider_choice",
            "idPrefix": "id_provider",
            "fieldset": {"legend": legend},
            "errorMessage": CHOOSE,
            "items": [*items[:-1], {"divider": "or"}, items[-1]],
            "formGroup": {"attributes": {"id": "id_provider-found"}},
        },
    )
    expected = lines(official("input", "input", input_params(value="oxford"))) + lines(radios)
    assert without_hidden(drawn(posted("oxford"), "provider")) == expected


def test_more_than_can_be_shown_is_said_with_the_radios():
    for number in range(21):
        OrganisationFactory(ods_code=f"H{number}", name=f"Huntercombe {number:02}")
    html = drawn(posted("huntercombe"), "provider")
    assert html.count('type="radio"') == 21
    assert "There are more. Enter more of the name to find yours." in html
    assert 'aria-describedby="id_provider-found-hint id_provider-error"' in html


def test_a_page_of_the_longest_names_stays_light():
    for number in range(21):
        long = f"Care {number} ".ljust(200, "x")
        OrganisationFactory(ods_code=f"H{number}", ods_name="X", name=long, address="y" * 300)
    form = posted("care")
    assert len(options(form)[0]) == 21
    assert len(in_page(form).encode()) < 40 * 1024


def in_page(form):
    form.helper = NHSFormHelper(form)
    return render_crispy_form(form)


def test_the_error_summary_leads_to_the_first_radio_or_to_the_text(oxfords):
    for form, target in ((posted("oxford"), "id_provider-found-0"), (posted(""), "id_provider")):
        html = in_page(form)
        assert f'href="#{target}"' in html
        assert html.count(f' id="{target}"') == 1


def test_names_and_text_are_escaped():
    hostile = "<script>alert(1)</script>\"'"
    OrganisationFactory(ods_code="H1", name=f"Care {hostile}", address=hostile)
    html = in_page(posted("care")) + in_page(posted(hostile))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 4
