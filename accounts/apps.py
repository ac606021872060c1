from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.rules import helpdesk
        from accounts.tiles import Tile, register_tile

        register_tile(
            Tile(
                title="Helpdesk",
                text="People, the directory, mail and the audit trail.",
                url_name="admin:index",
                rule=helpdesk,
                position=60,
            )
        )
