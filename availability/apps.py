from django.apps import AppConfig


class AvailabilityConfig(AppConfig):
    name = "availability"

    def ready(self) -> None:
        from accounts.tiles import Tile, register_tile
        from availability import rules

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
                "Update beds",
                "Record which beds of your wards are available, occupied or closed.",
                "availability:wards",
                rules.may_edit_a_ward,
                20,
            )
        )
