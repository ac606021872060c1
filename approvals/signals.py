"""Where a place belongs decides who decides: what waits for one that has moved goes with it."""

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from approvals.choices import ItemStatus, StageEnd
from approvals.models import Item
from approvals.moving import route_anew
from organisations.models import Unit, Ward

PARENTS = {Ward: "unit_id", Unit: "organisation_id"}


@receiver(pre_save, sender=Ward)
@receiver(pre_save, sender=Unit)
def see_where_it_was(sender: type[Ward | Unit], instance: Ward | Unit, **kwargs: Any) -> None:
    parent = PARENTS[sender]
    before = sender._default_manager.filter(pk=instance.pk).values_list(parent, flat=True).first()
    instance.has_moved = before not in (None, getattr(instance, parent))  # type: ignore[union-attr]


@receiver(post_save, sender=Ward)
@receiver(post_save, sender=Unit)
def move_what_waits_for_it(sender: type[Ward | Unit], instance: Ward | Unit, **kwargs: Any) -> None:
    if not getattr(instance, "has_moved", False):
        return
    here = Q(ward=instance) if sender is Ward else Q(unit=instance) | Q(ward__unit=instance)
    waiting = Item.objects.filter(here, status=ItemStatus.SUBMITTED)
    route_anew(items=waiting, why=StageEnd.REROUTED, by=None)
