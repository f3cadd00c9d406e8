"""Settings of the platform. Everything that differs between machines comes from the environment (see .env.example)."""

import json
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from otasuke.patience import patience_of
from otasuke.proxies import trusted_proxies

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="only-for-commands-that-keep-no-session" if DEBUG else environ.Env.NOTSET)
# Seal second factors and waiting links: newest first, the first seals, all open; empty: SECRET_KEY (base.sealing).
SEALING_KEYS = env.list("SEALING_KEYS", default=[])
# Earlier secret keys: sessions and links made with them still hold, seals still open.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
PORTAL_URL = env("PORTAL_URL", default="http://localhost:8000")
# Signed heads of the audit trail go here every hour: a mounted directory elsewhere, or an address outside.
AUDIT_ANCHOR_DIR = env("AUDIT_ANCHOR_DIR", default="")
AUDIT_ANCHOR_EMAIL = env("AUDIT_ANCHOR_EMAIL", default="")
# Who is told by mail when work stands still (manage.py watch); empty: only the log says it.
OPERATOR_EMAIL = env("OPERATOR_EMAIL", default="")
READINESS_TOKEN = env("READINESS_TOKEN", default="")  # shows a monitor the details of /readyz; empty: nobody
PLATFORM_KEY_FILE = env.path("PLATFORM_KEY_FILE", default=str(BASE_DIR / "var" / "platform.key"))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "web",
    "tenants",
    "notifications",
    "sensors",
    "alerts",
    "incidents",
    "insurance",
    "surveys",
    "reports",
    "portal",
]

MIDDLEWARE = [
    "otasuke.health.Liveness",
    "tenants.api.transport.RefusePlainApi",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "base.private_responses.PrivateResponses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "base.plain_text.PlainTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tenants.audit.origin.OriginMiddleware",
    "tenants.accounts.known_devices.KnownDeviceMiddleware",
    "base.races.RaceMiddleware",
    "tenants.accounts.acting.ScopeMiddleware",
    "tenants.accounts.second_factor.SecondFactorMiddleware",
]

ROOT_URLCONF = "otasuke.urls"
WSGI_APPLICATION = "otasuke.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.page",
                "tenants.ui.menu.person_menu",
            ],
        },
    },
]

# The application role may neither own tables nor pass by row-level security (tenants.tenancy.roles refuses it);
# "owner" is for migrations only: manage.py migrate --database owner.
DATABASES = {
    "default": env.db_url("DATABASE_URL", default="postgres://otasuke_app@localhost/otasuke"),
    "owner": env.db_url("OWNER_DATABASE_URL", default="postgres://otasuke_owner@localhost/otasuke"),
}
# web, worker or long: how long PostgreSQL bears with this process (otasuke.patience).
KIND_OF_WORK = env("KIND_OF_WORK", default="command")
# Statements here are short. PostgreSQL guesses far too many rows behind policies, and compiling one then costs seconds.
for _alias, _kind in (("default", KIND_OF_WORK), ("owner", "migration")):
    DATABASES[_alias].setdefault("OPTIONS", {})["options"] = f"{patience_of(_kind).options} -c jit=off"
for _alias in DATABASES:
    DATABASES[_alias] |= {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASE_ROUTERS = ["tenants.tenancy.roles.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://localhost:6379/0")
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL.replace("unix://", "redis+socket://"))
CACHES = {
    "default": {
        "BACKEND": "base.steady_cache.SteadyRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "tenants.accounts.passwords.BreachedPasswordValidator"},
]
# Lines of upper-case SHA-1 (optionally ":count"), sorted; empty: not checked.
BREACHED_PASSWORDS_FILE = env("BREACHED_PASSWORDS_FILE", default="")
# Partners and administrators must set up a second factor before anything else. False is for demonstrations only.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=True)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tenants.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    # Wrong passwords, codes and passkeys: an address, an account from one address, an account from anywhere, an account
    # from a device it was used on before (tenants.accounts.tries). allauth's own count of codes would be one per
    # account from anywhere, which a stranger with the password could use up: it counts addresses only.
    "login_failed_here": "10/m/ip,5/300s/key",
    "login_failed": "30/m/ip",
    "login_failed_account": "50/h/key",
    "login_failed_known": "5/300s/key",
    "reauthenticate": "10/m/user",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "apply": "10/h/ip",
    # The code that founds a programme has 100 bits; this keeps the log readable and strangers bored.
    "founding": "10/h/ip",
    "invite": "30/h/user",
    "place": "60/m/ip",
    "accept_invitation": "20/m/ip",
    "book_call": "30/m/ip",
    "answer_notice": "30/m/ip",
    "isolate": "60/m/ip",
    "notice_contact": "30/h/user",
    "notice_link": "60/m/ip",
    "report_opinion": "30/m/ip",
    "feedback": "30/m/ip",
}
MFA_ADAPTER = "tenants.accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "tenants.ui.factor_forms.NotedAuthenticateForm",
    "reauthenticate": "tenants.ui.factor_forms.NotedReauthenticateForm",
    "add_webauthn": "tenants.ui.factor_forms.CheckedAddWebAuthnForm",
    "authenticate_webauthn": "tenants.ui.factor_forms.NotedAuthenticateWebAuthnForm",
    "login_webauthn": "tenants.ui.factor_forms.NotedLoginWebAuthnForm",
    "reauthenticate_webauthn": "tenants.ui.factor_forms.NotedReauthenticateWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PORTAL_URL.startswith("https://")  # http://localhost while developing

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_HTTPS = PORTAL_URL.startswith("https://")
KNOWN_DEVICE_COOKIE_NAME = "known"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
if _HTTPS:  # such a cookie can come from this host only, never from a neighbour under the same domain
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME, KNOWN_DEVICE_COOKIE_NAME = "__Host-language", "__Host-known"
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=_HTTPS)
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
# How many proxies of ours add to X-Forwarded-For; 0: none does, and what the header says is not believed.
TRUSTED_PROXIES = 0
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    TRUSTED_PROXIES = trusted_proxies(env("TRUSTED_PROXIES", default=""))
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
# Evidence of jobs lies here; never below a directory a web server gives out.
PRIVATE_MEDIA_ROOT = env.path("PRIVATE_MEDIA_ROOT", default=str(BASE_DIR / "var" / "private"))
# A unix socket's path or host:port; empty: files are kept without being scanned, and marked so.
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")
# Mailboxes read for the desks: {"desk address of a programme": "imaps://user:password@host/INBOX"} (docs/desk-mail.md).
DESK_MAILBOXES = json.loads(env("DESK_MAILBOXES", default="") or "{}")
# Where mailboxes without passwords get their access tokens (OAuth 2).
DESK_MAILBOX_TOKENS = json.loads(env("DESK_MAILBOX_TOKENS", default="") or "{}")
# Files go to disk while they arrive, and one that is too large is refused before it is read.
FILE_UPLOAD_HANDLERS = [
    "base.uploads.UploadCap",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_CAP = 30 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024  # an intake batch is 2 MiB at most; the view counts for itself

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("英語"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env("STATICFILES_BACKEND", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}

EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="desk@otasuke.invalid")
MAIL_DOMAIN = env("MAIL_DOMAIN", default="otasuke.invalid")

# Services that carry messages to firms (notifications/carriers). SMS and voice calls need an account with a provider;
# without one they are not offered.
CHATWORK_API_URL = "https://api.chatwork.com"
LINE_WORKS_API_URL = "https://www.worksapis.com"
LINE_WORKS_AUTH_URL = "https://auth.worksmobile.com"
TELEPHONY_API_URL = env("TELEPHONY_API_URL", default="https://api.twilio.com")
TELEPHONY_ACCOUNT = env("TELEPHONY_ACCOUNT", default="")
TELEPHONY_SECRET = env("TELEPHONY_SECRET", default="")
TELEPHONY_SENDER = env("TELEPHONY_SENDER", default="")
POSTS_TO_LOOPBACK = False  # tests alone set it: http to this machine

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
_BOX = "A box signs its requests with its Ed25519 key: docs/intake-protocol.md."
SPECTACULAR_SETTINGS = {
    "TITLE": "Otasuke",
    "DESCRIPTION": "What programs of participating organisations may read, and what sensor boxes say.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "boxSignature": {"type": "apiKey", "in": "header", "name": "Otasuke-Signature", "description": _BOX}
        }
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "base.log_secrets.SecretlessFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
