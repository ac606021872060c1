from django.conf import settings
from django.core.management.base import BaseCommand

from core.lifecycle import as_page


class Command(BaseCommand):
    help = "Write docs/lifecycles.md, the diagrams of all life cycles."

    def handle(self, *args: object, **options: object) -> None:
        (settings.BASE_DIR / "docs" / "lifecycles.md").write_text(as_page(), encoding="utf-8")
