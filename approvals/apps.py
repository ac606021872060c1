from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"

    def ready(self) -> None:
        from accounts.leaving import register_consequence
        from accounts.tiles import Tile, register_home_section, register_tile
        from approvals import queries, rules
        from approvals.access import ACCESS_KIND
        from approvals.kinds import register_kind
        from approvals.moving import after_rights_ended

        register_kind(ACCESS_KIND)
        register_consequence(after_rights_ended)

        register_tile(
            Tile(
                title="Approvals",
                text="Decide what people have asked for.",
                url_name="approvals:queue",
                rule=rules.may_open_queue,
                position=50,
                count=queries.number_waiting_for,
            )
        )
        register_home_section(queries.waiting_section)
