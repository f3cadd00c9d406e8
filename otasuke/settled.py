"""What a web process does before its first page: load what pages are made of, and leave it out of garbage collection.

Python looks through everything that lives each time it has made enough that lasts: with the addresses, views and
templates of the whole product that takes a tenth of a second, in the middle of every third page of a hundred lines.
What is loaded here never becomes garbage; frozen, it is not looked through (gc.freeze).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils.translation import trans_real


def settle() -> None:
    """Load all addresses with their views, all templates and languages; then freeze what there is."""
    _load(get_resolver())
    for engine in engines.all():
        if isinstance(engine, DjangoTemplates):
            _compile(engine)
    for language, _name in settings.LANGUAGES:
        trans_real.translation(language)
    gc.collect()
    gc.freeze()


def _load(resolver: URLResolver) -> None:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            _load(pattern)
    _ = resolver.reverse_dict  # what `reverse` looks into


def _compile(engine: DjangoTemplates) -> None:
    for name in _names(engine):
        try:
            engine.get_template(name)
        except (TemplateDoesNotExist, TemplateSyntaxError):  # a library's own that nothing here shows
            continue


def _names(engine: DjangoTemplates) -> Iterator[str]:
    for directory in engine.template_dirs:
        for path in sorted(Path(directory).rglob("*.html")):
            yield str(path.relative_to(directory))
