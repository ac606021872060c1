from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from accounts.lifecycle import ACCOUNT
        from accounts.rules import helpdesk
        from accounts.sessions import signals  # noqa: F401
        from accounts.sign_ins import signed_in, signed_out
        from accounts.tiles import Tile, register_tile
        from core.lifecycle import register_lifecycle

        register_lifecycle(ACCOUNT)
        register_tile(
            Tile(
                title="Helpdesk",
                text="People, the directory, mail and the audit trail.",
                url_name="admin:index",
                rule=helpdesk,
                position=60,
            )
        )
        user_logged_in.connect(signed_in, dispatch_uid="accounts.signed_in")
        user_logged_out.connect(signed_out, dispatch_uid="accounts.signed_out")
