from django.apps import AppConfig


class AvailabilityConfig(AppConfig):
    name = "availability"

    def ready(self) -> None:
        from accounts.leaving import register_consequence
        from accounts.retention import register_erasure
        from accounts.tiles import (
            SECURITY,
            ProfileRow,
            Tile,
            register_profile_row,
            register_tile,
        )
        from availability import rules
        from availability.bulk.services import forget_uploads
        from availability.exports.tokens.queries import number_in_words
        from availability.exports.tokens.services import end_tokens, forget_tokens
        from availability.follow_up.calls.services import forget_calls
        from availability.follow_up.holds.lifecycle import HOLD
        from availability.follow_up.holds.services import forget_holds, withdraw_all
        from availability.rules import may_search_in_own_name
        from availability.saved_searches.services import forget_searches
        from core.lifecycle import register_lifecycle

        register_consequence(end_tokens)
        register_erasure(forget_tokens)
        register_erasure(forget_uploads)
        register_lifecycle(HOLD)
        register_erasure(forget_holds)
        register_erasure(forget_calls)
        register_erasure(forget_searches)
        register_consequence(withdraw_all)
        register_profile_row(
            ProfileRow(
                SECURITY,
                "Tokens for exports",
                number_in_words,
                "availability:tokens",
                "Change",
                may_search_in_own_name,
            )
        )
        register_tile(
            Tile(
                "Exports",
                "Take bed days and availability out, for returns and other systems.",
                "availability:exports",
                may_search_in_own_name,
                40,
            )
        )

        register_tile(
            Tile(
                "Find a bed",
                "Search for free beds, nearest first.",
                "availability:search",
                rules.may_search,
                10,
            )
        )
        register_tile(
            Tile(
                "Update beds and sessions",
                "Record which beds and sessions of your wards are free, taken or closed.",
                "availability:wards",
                rules.may_edit_a_ward,
                5,
            )
        )
        register_tile(
            Tile(
                "Directory",
                "Regions, provider collaboratives, providers, units and wards.",
                "availability:directory",
                rules.may_search,
                12,
            )
        )
        register_tile(
            Tile(
                "Dashboards",
                "Beds, closures, delays and occupancy, now and over time.",
                "availability:dashboards",
                rules.may_search,
                14,
            )
        )
        register_tile(
            Tile(
                "Out-of-date figures",
                "Wards that nobody has confirmed for too long, with whom to telephone.",
                "availability:out_of_date",
                rules.may_oversee,
                30,
            )
        )
