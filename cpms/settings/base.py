"""What every environment shares. The environment's own values come from cpms.env."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from accounts.outside_identity.issuers import issuers_of
from cpms import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# The service, as people see it
SERVICE_NAME = "Capacity Planning and Monitoring System"
SERVICE_SHORT_NAME = "CPMS"
SERVICE_OWNER = "NECS"
SERVICE_URL = env.text("SERVICE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}")
HELPDESK_EMAIL = env.text("HELPDESK_EMAIL", "helpdesk@demo.example")
HELPDESK_TELEPHONE = env.text("HELPDESK_TELEPHONE", "01632 960000")
HELPDESK_HOURS = "8:30 to 16:30 Monday to Friday"
DEFAULT_FROM_EMAIL = f"{SERVICE_NAME} <{env.text('FROM_EMAIL', 'no-reply@demo.example')}>"
DEMONSTRATION = False
ATTRIBUTION = (
    "Contains OS data © Crown copyright and database right 2025. "
    "Contains Royal Mail data © Royal Mail copyright and database right 2025. "
    "Contains National Statistics data © Crown copyright and database right 2025. "
    "Contains NHS England, NHS website and ONS information licensed under the "
    "Open Government Licence v3.0."
)

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "cpms.apps.AdminConfig",
    "crispy_forms",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "pghistory",
    "pgtrigger",
    "core",
    "crispy_nhsuk",
    "notifications",
    "organisations",
    "accounts",
    "approvals",
    "availability",
    "capacity_plans",
    "onboarding",
]

MIDDLEWARE = [
    "core.headers.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "core.middleware.RequestReferenceMiddleware",
    "core.methods.MethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.profile.this_login.ThisLoginMiddleware",
    "accounts.sessions.middleware.SessionLimitsMiddleware",
    "accounts.middleware.DenyByDefaultMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.reauthentication.middleware.ReauthenticationMiddleware",
]

ROOT_URLCONF = "cpms.urls"
WSGI_APPLICATION = "cpms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.service",
                "accounts.context_processors.navigation",
                "accounts.sessions.context_processors.session",
                "cpms.help.context_processors.help_link",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "cpms.jinja.environment"},
    },
]
CRISPY_TEMPLATE_PACK = "nhsuk"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["nhsuk"]

# The day of the terms of use in force; another day asks everybody to accept them anew (CT-10).
TERMS_VERSION = "2026-11-21"

# How long an approver has before a request goes one level up; a reminder comes after one working
# day (CT-12)
DECISION_WORKING_DAYS = 2

# Days after which a request ends that nobody has decided
REQUEST_EXPIRES_DAYS = 90

# How long an invitation can be accepted, and how many somebody may send in a day (helpdesk: apart)
INVITATION_DAYS = 7
INVITATIONS_A_DAY = 200
INVITATIONS_A_DAY_HELPDESK = 10_000

# Days after which notifications are deleted: since they were read, and read or not since they came
NOTIFICATION_DAYS_READ = 90
NOTIFICATION_DAYS_UNREAD = 365

# Days of each quarter after which approvers are reminded to confirm who still works there, and
# after which the next level is told whom nobody confirmed
REVIEW_REMIND_DAYS = 14
REVIEW_DAYS = 28

# Days after which an account that is disabled is made anonymous (CQRS-23): 3 years. Not fewer than
# notifications are kept, which may name it.
RETENTION_DAYS = env.number("RETENTION_DAYS", 1095)

# Two roles: the application's, without DDL and with insert-only audit, and the owner of the tables,
# which migrations use. Web and worker processes are not given the owner's address.
DATABASES = {"default": env.database("DATABASE_URL")}
if env.text("DATABASE_OWNER_URL", " ").strip():
    DATABASES["owner"] = env.database("DATABASE_OWNER_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Limits of sign-in live here, so that losing Redis does not stop anybody from signing in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # The default of 300 would soon drop counts of wrong passwords.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

LANGUAGE_CODE = "en-gb"
# There is no other language.
USE_I18N = False
FORMAT_MODULE_PATH = "cpms.formats"
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# People and sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["accounts.passwords.hashing.Argon2"]
# The days after which a password is chosen anew (CT-14); None for passwords without an end.
PASSWORD_DAYS = 365
# So many of the last passwords, the present one included, cannot be chosen again.
PASSWORD_HISTORY = 5
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "accounts.passwords.rules.CharacterKindsValidator"},
    {
        "NAME": "accounts.passwords.rules.UnlikeThePersonValidator",
        "OPTIONS": {"user_attributes": ("email", "first_name", "surname")},
    },
    {"NAME": "accounts.passwords.rules.HardToGuessValidator"},
    {"NAME": "accounts.passwords.rules.NotBreachedValidator"},
    {"NAME": "accounts.passwords.rules.NotUsedBeforeValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGOUT_REDIRECT_URL = "landing"
# By account first: a hospital's people share one outgoing address.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/m/ip,5/15m/key",
    "proof_failed": "5/15m/key",
    "reset_password": "60/m/ip",
    "reset_mail": "5/h/key",
    "signup": "60/m/ip",
    "confirm_email": "1/3m/key",
    "registration_mail": "5/d/key",
    "new_link": "60/m/ip",
    "invitation_mail": "5/d/key",
    "registration_link": "100/d/key",
    "outside_login": "300/m/ip",
    "keep_post": "60/m/ip",
    "change_address": "5/d/key",
    # Files and pages of the exports that a person, or a program for them, takes; and wrong tokens
    "export": "120/m/key",
    "wrong_token": "60/m/ip",
}
# Nobody answers all questions of registration faster; programs do.
REGISTRATION_SECONDS = 3
# How long a sign-in, or the password typed again, counts as proof before a decision
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None

# How long a sign-in may take from the password to the code
ACCOUNT_LOGIN_TIMEOUT = 10 * 60
# Whether a second factor is asked of everyone, not only of approvers, editors of plans and helpdesk
SECOND_FACTOR_FOR_ALL = False

# Sign-in through outside identity providers (ERN-02); what they hand out is not kept.
OIDC_ISSUERS = issuers_of("OIDC_ISSUERS", env.objects("OIDC_ISSUERS"), secure=False)
SOCIALACCOUNT_ADAPTER = "accounts.outside_identity.adapter.OutsideAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False

SESSION_ENGINE = "accounts.sessions.store"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
# In production "__Host-": such cookies are taken over https alone, and from no other host.
COOKIE_PREFIX = ""
MESSAGE_STORAGE = "core.messages.MessageStorage"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.sessions.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Background work: late acknowledgement, one task at a time, so that a killed worker loses nothing
CELERY_BROKER_URL = env.text("REDIS_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A page does not wait for a broker that is away.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "socket_connect_timeout": 1,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "deliver-outbox": {"task": "notifications.tasks.deliver_outbox", "schedule": 30.0},
    "see-to-what-waits": {"task": "approvals.tasks.see_to_what_waits", "schedule": 15 * 60.0},
    "sweep-drafts": {"task": "onboarding.tasks.sweep_drafts", "schedule": 60 * 60.0},
    "sweep-registrations": {"task": "accounts.tasks.sweep_registrations", "schedule": 60 * 60.0},
    "tell-of-ends": {"task": "accounts.tasks.tell_of_ends", "schedule": 60 * 60.0},
    "sweep-sessions": {"task": "accounts.tasks.sweep_sessions", "schedule": 60 * 60.0},
    "mail-invitations": {
        "task": "approvals.invitations.tasks.mail_invitations",
        "schedule": 30.0,
    },
    "expire-invitations": {
        "task": "approvals.invitations.tasks.expire_invitations",
        "schedule": 60 * 60.0,
    },
    "close-organisations": {
        "task": "approvals.organisations.tasks.close_due",
        "schedule": crontab(hour=0, minute=5),
    },
    "seal-audit": {"task": "core.tasks.seal_audit", "schedule": 60.0},
    "remind-of-passwords": {"task": "accounts.tasks.remind_of_passwords", "schedule": 60 * 60.0},
    "tell-of-review": {
        "task": "approvals.people.review.tasks.tell_of_review",
        "schedule": crontab(hour=7, minute=30),
    },
    "write-what-time-did": {
        "task": "availability.tasks.write_what_time_did_everywhere",
        "schedule": 30.0,
    },
    "expire-holds": {"task": "availability.tasks.expire_holds", "schedule": 60.0},
    "sweep-follow-up": {
        "task": "availability.tasks.sweep_follow_up",
        "schedule": crontab(hour=3, minute=45),
    },
    # A little after midnight, and later where that was missed.
    "count-days": {"task": "availability.tasks.count_days", "schedule": crontab(minute=10)},
    "make-sessions-that-come": {
        "task": "availability.tasks.make_sessions_that_come",
        "schedule": 60 * 60.0,
    },
    "remind-of-freshness": {
        "task": "availability.tasks.remind_of_freshness",
        "schedule": 15 * 60.0,
    },
    "sweep-bed-uploads": {
        "task": "availability.tasks.sweep_bed_uploads",
        "schedule": 60 * 60.0,
    },
    "sweep-plan-uploads": {
        "task": "capacity_plans.tasks.sweep_plan_uploads",
        "schedule": 60 * 60.0,
    },
    "tell-of-openings": {
        "task": "availability.tasks.tell_of_openings",
        "schedule": 3 * 60.0,
    },
    "tell-of-wards": {
        "task": "availability.tasks.tell_of_wards",
        "schedule": crontab(hour=7, minute=0),
    },
    "note-closures": {"task": "capacity_plans.tasks.note_closures", "schedule": 15 * 60.0},
    "anonymise-leavers": {
        "task": "accounts.tasks.anonymise_leavers",
        "schedule": crontab(hour=3, minute=30),
    },
    "sweep-notifications": {
        "task": "notifications.tasks.sweep_notifications",
        "schedule": crontab(hour=4, minute=0),
    },
    "sweep-expired": {"task": "core.tasks.sweep_expired", "schedule": 60 * 60.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "core.log.LineFormatter"},
        "json": {"()": "core.log.JSONFormatter"},
    },
    "filters": {"page": {"()": "core.log.PageFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
        }
    },
    "loggers": {
        "django.request": {"filters": ["page"]},
        "django.security.csrf": {"filters": ["page"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
