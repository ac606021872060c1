from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Django's admin behind this product's own sign-in."""

    default_site = "cpms.admin.HelpdeskAdminSite"
