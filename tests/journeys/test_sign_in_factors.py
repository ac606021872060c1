"""Signing in with each second factor, setting one up, and losing it."""

import base64
import re

import pytest
from django_otp.oath import totp

from tests.journeys.conftest import NARROW, WIDE

pytestmark = [pytest.mark.journey, pytest.mark.requirement("ERN-03")]

RECOVERY_CODE = re.compile(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){5}\b")


def give_password(one, address):
    one.goto("/login/")
    one.page.get_by_label("What is your email address?").fill(address)
    one.page.get_by_label("Password", exact=True).fill(one.site.password)
    one.click("Login")


def enter(one, code):
    one.page.get_by_label("6-digit code").fill(code)
    one.click("Continue")


def code_for(secret):
    key = base64.b32decode(secret.replace(" ", ""))
    code = f"{totp(key):06}"
    return f"{code[:3]} {code[3:]}"


def choose(one, method):
    one.page.get_by_label(method).check()
    one.click("Continue")


def set_up_app(one):
    """The secret, as somebody types it who cannot scan, and the recovery codes."""
    choose(one, "From an authenticator app (recommended)")
    assert one.heading() == "Set up your authenticator app"
    summary = one.page.get_by_text("I cannot scan the code")
    summary.click()
    secret = one.page.locator(".cpms-secret").inner_text()
    enter(one, code_for(secret))
    assert one.heading() == "Save your recovery codes"
    return secret, RECOVERY_CODE.findall(one.page.locator(".cpms-codes").inner_text())


def save_codes(one):
    one.page.get_by_label("I have saved these codes").check()
    one.click("Continue")


def log_out(one):
    one.goto("/your-account/")
    one.click("Log out")


def latest_code_mailed_to(one, address):
    mailbox = one.page.context.new_page()
    for _ in range(50):
        mailbox.goto(f"{one.site.url}/demo/inbox/?to={address}")
        found = re.search(r"^\d{6}$", mailbox.locator("main").inner_text(), re.MULTILINE)
        if found:
            break
        mailbox.wait_for_timeout(200)
    mailbox.close()
    assert found
    return found[0]


def test_with_an_app_and_with_a_recovery_code(visitor):
    one = visitor(WIDE)
    address = "searcher@demo.example"
    one.login(address)
    one.goto("/your-account/")
    one.check()
    one.click("Set up two-step login", role="link")
    one.click("Set up two-step login", role="link")
    secret, codes = set_up_app(one)
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="Download as a text file").click()
    assert RECOVERY_CODE.findall(download.value.path().read_text()) == codes
    save_codes(one)
    log_out(one)

    give_password(one, address)
    assert one.heading() == "Enter your code"
    one.goto("/home/")
    assert "/login/" in one.page.url
    one.site.forget_used_codes()
    one.goto("/login/code/")
    enter(one, code_for(secret))
    assert one.page.url.endswith("/home/")
    log_out(one)

    give_password(one, address)
    one.click("I cannot use my device", role="link")
    one.click("Use a recovery code", role="link")
    one.page.get_by_label("Recovery code").fill(codes[3])
    one.click("Continue")
    assert "9 are left" in one.page.locator("main").inner_text()


def test_with_codes_by_email_on_a_phone_without_scripts(visitor):
    one = visitor(NARROW, scripted=False)
    address = "national@demo.example"
    one.login(address)
    one.goto("/your-account/two-step-login/set-up/")
    choose(one, "By email")
    enter(one, latest_code_mailed_to(one, address))
    save_codes(one)
    log_out(one)
    give_password(one, address)
    assert one.heading() == "Enter your code"
    first = latest_code_mailed_to(one, address)
    enter(one, first)
    if one.heading() == "Enter your code":
        # The mail with the newer code had not arrived yet.
        enter(one, latest_code_mailed_to(one, address))
    assert one.page.url.endswith("/home/")


def test_who_lost_the_device_starts_anew_with_the_help_of_two(visitor):
    address = "planner@demo.example"
    lost, first, second = visitor(NARROW), visitor(WIDE), visitor(WIDE)
    give_password(lost, address)
    lost.click("I cannot use my device", role="link")
    assert "second member of the helpdesk" in lost.page.locator("main").inner_text()

    for one, name in ((first, "helpdesk"), (second, "helpdesk.two")):
        one.login(f"{name}@demo.example")
        one.goto(f"/admin/accounts/user/?q={address}")
        one.page.get_by_role("link", name=address).click()
        if one is first:
            one.page.get_by_role("link", name="reset it for who has lost the device").click()
            one.page.get_by_label("How was the person's identity checked?").fill("Called back")
            one.check()
            one.page.get_by_role("button", name="Ask a colleague to confirm").click()
            assert "asked for this reset yourself" in one.page.locator("#content").inner_text()
        else:
            one.goto(f"/admin/accounts/secondfactorreset/?q={address}")
            one.page.locator("#result_list tbody th a").first.click()
            one.page.get_by_role(
                "link", name="Confirm as the second member of the helpdesk"
            ).click()
            one.check()
            one.page.get_by_role("button", name="Confirm the reset").click()
            assert "Ruth Kendall" in one.page.locator(".messagelist").inner_text()

    lost.goto("/login/")
    give_password(lost, address)
    assert lost.heading() == "Set up two-step login"
    lost.goto("/search/")
    assert lost.heading() == "Set up two-step login"
    set_up_app(lost)
    save_codes(lost)
    assert lost.page.url.endswith("/search/")
