"""The demonstration on one machine, as `make run` starts it."""

from cpms.settings.base import *  # noqa: F403

SECRET_KEY = env.text("SECRET_KEY")  # noqa: F405
SECOND_FACTOR_KEYS = env.names("SECOND_FACTOR_KEYS")  # noqa: F405
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DEMONSTRATION = True
TEMPLATES[0]["OPTIONS"]["context_processors"].append(  # type: ignore[index]  # noqa: F405
    "accounts.demo.second_factor.demonstration_code"
)
STATE_DIR = Path(env.text("STATE_DIR"))  # noqa: F405

AUDIT_KEYS = env.names("AUDIT_KEYS")  # noqa: F405
AUDIT_HEAD_FILE = STATE_DIR / "audit-head.log"

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = STATE_DIR / "mail"
STATIC_ROOT = STATE_DIR / "staticfiles"
