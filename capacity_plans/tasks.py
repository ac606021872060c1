from celery import shared_task

from capacity_plans.files.services import sweep_uploads
from capacity_plans.live import services as live


@shared_task
def note_closures() -> None:
    """Keep which wards have closed beds without an approved plan, and tell who plans, once."""
    live.note_closures()


@shared_task
def sweep_plan_uploads() -> None:
    """Forget the files of plans that were uploaded and not saved."""
    sweep_uploads()
