from django.apps import AppConfig


class CapacityPlansConfig(AppConfig):
    name = "capacity_plans"

    def ready(self) -> None:
        from accounts.leaving import register_consequence
        from accounts.retention import register_erasure
        from accounts.tiles import SECURITY, ProfileRow, Tile, register_profile_row, register_tile
        from approvals.kinds import register_kind
        from availability.demo.parts import register_part
        from capacity_plans.calendar.queries import number_in_words
        from capacity_plans.calendar.services import end_addresses, forget_addresses
        from capacity_plans.demo.making import make_plans
        from capacity_plans.files.services import forget_uploads
        from capacity_plans.life.kind import VERSION_KIND
        from capacity_plans.lifecycle import VERSION
        from capacity_plans.rules import may_read_plans
        from core.lifecycle import register_lifecycle

        register_lifecycle(VERSION)
        register_kind(VERSION_KIND)
        register_part(make_plans)
        register_erasure(forget_uploads)
        register_erasure(forget_addresses)
        register_consequence(end_addresses)
        register_profile_row(
            ProfileRow(
                SECURITY,
                "Calendar addresses",
                number_in_words,
                "plans:calendar",
                "Change",
                may_read_plans,
            )
        )
        register_tile(
            Tile(
                "Plans",
                "Bed and capacity plans of provider collaboratives, against what is open today.",
                "plans:plans",
                may_read_plans,
                20,
            )
        )
