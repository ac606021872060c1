"""The test suite: the application's role as in production, mail in memory, plain static files."""

import tempfile

from cpms.settings.base import *  # noqa: F403

# `manage.py lintmigrations`
INSTALLED_APPS.append("django_migration_linter")  # noqa: F405

SECRET_KEY = "for-tests-only"  # noqa: S105
SECOND_FACTOR_KEYS = ["Zm9yLXRlc3RzLW9ubHktZm9yLXRlc3RzLW9ubHktISE="]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
DEMONSTRATION = True
TEMPLATES[0]["OPTIONS"]["context_processors"].append(  # type: ignore[index]  # noqa: F405
    "accounts.demo.second_factor.demonstration_code"
)
STATE_DIR = Path(tempfile.gettempdir())  # noqa: F405

AUDIT_KEYS = ["for-tests-only-" * 4]
AUDIT_HEAD_FILE = STATE_DIR / "cpms-tests-audit-head.log"

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_FILE_PATH = STATE_DIR / "mail"
# As strong as production is as slow: the suite signs in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests answer as fast as programs do.
REGISTRATION_SECONDS = 0
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
