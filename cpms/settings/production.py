"""Production: refuses to start on a missing or weak value."""

from django.core.exceptions import ImproperlyConfigured

from cpms.settings.base import *  # noqa: F403

SECRET_KEY = env.secret("SECRET_KEY")  # noqa: F405
# They encrypt the secrets of authenticator apps; the first is used, the others still open.
SECOND_FACTOR_KEYS = env.fernet_keys("SECOND_FACTOR_KEYS")  # noqa: F405
# They seal the audit trail; the first is used, the others still verify.
AUDIT_KEYS = env.long_secrets("AUDIT_KEYS")  # noqa: F405
AUDIT_HEAD_FILE = env.file("AUDIT_HEAD_FILE")  # noqa: F405
if SECRET_KEY in AUDIT_KEYS:
    raise ImproperlyConfigured("AUDIT_KEYS must not hold SECRET_KEY.")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS")  # noqa: F405
SERVICE_URL = env.https("SERVICE_URL", ALLOWED_HOSTS)  # noqa: F405
HELPDESK_EMAIL = env.mailbox("HELPDESK_EMAIL")  # noqa: F405
HELPDESK_TELEPHONE = env.telephone("HELPDESK_TELEPHONE")  # noqa: F405
DEFAULT_FROM_EMAIL = f"{SERVICE_NAME} <{env.mailbox('FROM_EMAIL')}>"  # noqa: F405
env.guarded_database("DATABASE_URL", DATABASES["default"])  # noqa: F405
if "owner" in DATABASES:  # noqa: F405
    env.guarded_database("DATABASE_OWNER_URL", DATABASES["owner"])  # noqa: F405
    if DATABASES["owner"]["USER"] == DATABASES["default"]["USER"]:  # noqa: F405
        raise ImproperlyConfigured("DATABASE_URL and DATABASE_OWNER_URL must name different roles.")
CELERY_BROKER_URL = env.guarded_broker("REDIS_URL")  # noqa: F405

# Again: no provider is reached by http here.
OIDC_ISSUERS = issuers_of("OIDC_ISSUERS", env.objects("OIDC_ISSUERS"), secure=True)  # noqa: F405

globals().update(env.email("EMAIL_URL"))  # noqa: F405

LOGGING["handlers"]["console"]["formatter"] = "json"  # type: ignore[index]  # noqa: F405

# Behind one proxy: the address of the client is the last one that it adds.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
COOKIE_PREFIX = "__Host-"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = True
