"""Where the helpdesk can send an item that waits."""

from django import forms
from django.db.models import QuerySet

from accounts.choices import Capability
from accounts.queries import people_holding
from approvals.kinds import kind_of
from approvals.models import Item, Stage
from organisations.models import Collaborative, Region

ANEW = "anew"


def other_stages(item: Item) -> dict[str, Stage]:
    """The rights that could decide it, but for the one where it waits, by a key for each.

    Those that somebody else than who asked holds: the provider's, its collaboratives', the
    regions', the helpdesk's.
    """
    provider = kind_of(item).provider(item)
    collaboratives: QuerySet[Collaborative] = Collaborative.objects.filter(members=provider)
    if item.collaborative_id:
        collaboratives = Collaborative.objects.filter(pk=item.collaborative_id)
    providers = [provider] if provider else []
    stages = [
        *(Stage(capability=Capability.APPROVE_STANDARD, organisation=one) for one in providers),
        *(
            Stage(capability=Capability.APPROVE_COMMISSIONER, collaborative=one)
            for one in collaboratives.order_by("name")
        ),
        *(
            Stage(capability=Capability.APPROVE_REGIONAL, region=region)
            for region in Region.objects.all()
        ),
        Stage(capability=Capability.ADMINISTER),
    ]
    now = item.stages.filter(is_current=True).first()
    return {
        f"{stage.capability}-{stage.scope.pk if stage.scope else 0}": stage
        for stage in stages
        if (now is None or stage.scope_columns != now.scope_columns)
        and people_holding(stage).exclude(pk=item.person_id).exists()
    }


class RerouteForm(forms.Form):
    """Where it goes, and why."""

    to = forms.ChoiceField(
        label="Send it to",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who decides", "invalid_choice": "Choose one of these"},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=250,
        help_text="Whoever decides reads it",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Enter a reason",
            "max_length": "Enter %(limit_value)d characters or fewer",
        },
    )

    def __init__(self, *args: object, stages: dict[str, Stage], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.stages = stages
        choices = [(key, stage.decider) for key, stage in stages.items()]
        anew = (ANEW, "The way that it would go if it were sent now")
        self.fields["to"].choices = [anew, *choices]  # type: ignore[attr-defined]

    def clean_to(self) -> Stage | None:
        """The stage, unsaved; None for the way that it would go."""
        return self.stages.get(self.cleaned_data["to"])
