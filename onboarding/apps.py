from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "onboarding"

    def ready(self) -> None:
        from accounts.retention import register_erasure
        from accounts.rules import own_account
        from accounts.tiles import (
            REQUEST_ACCESS,
            ProfileRow,
            Tile,
            register_first_stop,
            register_profile_row,
            register_tile,
        )
        from core.cookies import register_cookie
        from onboarding.access_request.first_stop import first_stop
        from onboarding.forgetting import forget_drafts
        from onboarding.registration.browser import cookie

        register_erasure(forget_drafts)
        register_cookie(cookie)
        register_first_stop(first_stop)
        register_profile_row(
            ProfileRow(
                REQUEST_ACCESS,
                "Further access",
                lambda person: "Ask for a further organisation or role",
                url_name="onboarding:request_access",
                action="Request",
            )
        )
        register_tile(
            Tile(
                title="Request access",
                text="Ask for more than you can do today, and follow what you have asked for.",
                url_name="onboarding:your_requests",
                rule=own_account,
                position=90,
            )
        )
