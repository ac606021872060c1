from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"

    def ready(self) -> None:
        from accounts.leaving import register_consequence
        from accounts.retention import register_erasure
        from accounts.tiles import (
            AVAILABLE_ROLES,
            ProfileRow,
            Tile,
            register_home_section,
            register_profile_row,
            register_tile,
        )
        from approvals import queries, rules, signals  # noqa: F401 - which connect themselves
        from approvals.access import ACCESS_KIND
        from approvals.invitations.lifecycle import INVITATION
        from approvals.invitations.rules import may_invite
        from approvals.kinds import register_kind
        from approvals.levels.rules import may_switch
        from approvals.lifecycle import ITEM
        from approvals.mine.queries import words_of_held, words_of_waiting
        from approvals.moving import after_rights_ended
        from approvals.people.retention import forget_requests
        from approvals.people.rules import may_open
        from core.lifecycle import register_lifecycle

        register_lifecycle(ITEM)
        register_lifecycle(INVITATION)
        register_kind(ACCESS_KIND)
        register_erasure(forget_requests)
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
        register_tile(
            Tile(
                title="Invitations",
                text="Invite people, and see who has not accepted yet.",
                url_name="approvals:invitations",
                rule=may_invite,
                position=55,
            )
        )
        register_tile(
            Tile(
                title="Users",
                text="Who has access, who has left, and accounts that are locked.",
                url_name="approvals:users",
                rule=may_open,
                position=52,
            )
        )
        register_tile(
            Tile(
                title="Providers",
                text="Switch providers between single and multi level.",
                url_name="approvals:providers",
                rule=may_switch,
                position=57,
            )
        )
        register_home_section(queries.waiting_section)
        register_profile_row(
            ProfileRow(
                AVAILABLE_ROLES,
                "What I can access",
                words_of_held,
                url_name="access:yours",
                action="Show",
            )
        )
        register_profile_row(
            ProfileRow(
                AVAILABLE_ROLES,
                "What I have asked for",
                words_of_waiting,
                url_name="access:yours",
                action="Show",
            )
        )
