"""WSGI entry point (gunicorn otasuke.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otasuke.settings")
os.environ.setdefault("KIND_OF_WORK", "web")
application = get_wsgi_application()
