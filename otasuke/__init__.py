"""Wiring of the platform: settings, URLs, Celery, WSGI. Apps never import it."""

from otasuke.celery import app as celery_app

__all__ = ["celery_app"]
