"""One spelling for each address, and the domains that people mistype."""

import pytest

from accounts.addresses import (
    DOMAINS,
    ENDINGS,
    MISTAKES,
    SHORT_ONES,
    AddressError,
    normalised,
    suggestion,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Zoe@NHS.net ", "zoe@nhs.net"),
        ("zoe@nhs.net.", "zoe@nhs.net"),
        ("ｚｏｅ＠ｎｈｓ．ｎｅｔ", "zoe@nhs.net"),
        ("zoe@BÜCHER.example", "zoe@xn--bcher-kva.example"),
        ("zoe@xn--bcher-kva.example", "zoe@xn--bcher-kva.example"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_an_address_has_one_spelling(typed, kept):
    assert normalised(typed) == kept
    assert normalised(kept) == kept


@pytest.mark.parametrize("typed", ["a@" + "ü" * 80 + ".example", "a@ü..example"])
def test_a_domain_that_cannot_be_is_refused(typed):
    with pytest.raises(AddressError):
        normalised(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nhs.ent", "nhs.net"),
        ("nhs.nte", "nhs.net"),
        ("nsh.net", "nhs.net"),
        ("nhs.ne", "nhs.net"),
        ("nhs.nett", "nhs.net"),
        ("nhsnet", ""),
        ("nhs.com", "nhs.net"),
        ("nhs.u", "nhs.uk"),
        ("trust.nhs.ku", "trust.nhs.uk"),
        ("trust.hns.uk", "trust.nhs.uk"),
        ("nhs.scto", "nhs.scot"),
        ("council.gvo.uk", "council.gov.uk"),
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmal.cm", "gmail.com"),
        ("outlok.com", "outlook.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmail.co.ku", "hotmail.co.uk"),
        ("yaho.co.uk", "yahoo.co.uk"),
        ("btinternt.com", "btinternet.com"),
        ("iclod.com", "icloud.com"),
    ],
)
def test_what_looks_mistyped_has_a_suggestion(typed, meant):
    assert suggestion(f"zoe@{typed}") == (f"zoe@{meant}" if meant else "")


@pytest.mark.parametrize("domain", [*DOMAINS, *SHORT_ONES, *sorted(ENDINGS)])
def test_a_real_domain_and_what_lies_in_it_is_no_mistake(domain):
    assert suggestion(f"zoe@{domain}") == ""
    assert suggestion(f"zoe@some-trust.{domain}") == ""


@pytest.mark.parametrize(
    "domain",
    [
        *("trust.example", "demo.example", "elysiumhealthcare.co.uk", "priorygroup.com"),
        *("cygnethealth.co.uk", "necsu.nhs.uk", "england.nhs.uk", "leeds.ac.uk", "mind.org.uk"),
        *(
            "sheffield.gov.uk",
            "x.net.uk",
            "bbc.com",
            "bbc.co.uk",
            "example.net",
            "a",
            "",
            "sainsburys.co.uk",
        ),
    ],
)
def test_other_domains_raise_no_alarm(domain):
    assert suggestion(f"zoe@{domain}") == ""


def test_every_mistake_leads_to_a_domain_of_the_list():
    assert set(MISTAKES.values()) <= set(DOMAINS)
