"""People, with names and roles that stay the same everywhere."""

from allauth.account.models import EmailAddress
from django.conf import settings
from factory import LazyFunction
from factory.django import DjangoModelFactory

from accounts.choices import Capability, GrantOrigin
from accounts.models import Grant, User
from accounts.second_factor.queries import NEED_SECOND_FACTOR
from tests.factories.devices import authenticator

PASSWORD = "Correct-Horse-7"


class UserFactory(DjangoModelFactory):
    """Richard Test1 of the registration guide, with a verified address."""

    class Meta:
        model = User
        django_get_or_create = ("email",)
        skip_postgeneration_save = True

    email = "richard.test1@trust.example"
    first_name = "Richard"
    surname = "Test1"
    work_postcode = "SL6 0PQ"
    terms_version = LazyFunction(lambda: settings.TERMS_VERSION)
    communications = False

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        password = kwargs.pop("password", PASSWORD)
        verified = kwargs.pop("verified", True)
        user = super()._create(model_class, *args, **kwargs)
        if not user.password:
            user.set_password(password)
            user.save()
            EmailAddress.objects.create(
                user=user, email=user.email, primary=True, verified=verified
            )
        return user


def person(name: str, **fields) -> User:
    """E.g. person('amina.approver'): Amina Approver, amina.approver@trust.example."""
    first, _, last = name.partition(".")
    return UserFactory(
        email=f"{name}@trust.example",
        first_name=first.title(),
        surname=(last or "Person").title(),
        **fields,
    )


def grant(user: User, capability: str, **scope) -> Grant:
    """A grant set up by the service, e.g. grant(user, Capability.AVAILABILITY_EDIT, ward=ward).

    Who needs a second factor for it has an authenticator app.
    """
    user.__dict__.pop("all_capabilities", None)
    if capability in NEED_SECOND_FACTOR:
        authenticator(user)
    return Grant.objects.create(
        person=user, capability=capability, origin=GrantOrigin.BOOTSTRAP, **scope
    )


def searcher(group, name: str = "sam.searcher") -> User:
    user = person(name)
    grant(user, Capability.AVAILABILITY_VIEW, service_group=group)
    return user


def ward_editor(ward, name: str = "wendy.ward") -> User:
    user = person(name)
    grant(user, Capability.AVAILABILITY_VIEW, service_group=ward.service_type.group)
    grant(user, Capability.AVAILABILITY_EDIT, ward=ward)
    return user


def commissioner(collaborative, name: str = "carol.commissioner") -> User:
    user = person(name)
    grant(user, Capability.APPROVE_COMMISSIONER, collaborative=collaborative)
    return user


def helpdesk(name: str = "helen.helpdesk") -> User:
    user = person(name)
    grant(user, Capability.ADMINISTER)
    return user
