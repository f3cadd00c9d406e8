"""WSGI entry point (gunicorn otasuke.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otasuke.settings")
application = get_wsgi_application()
