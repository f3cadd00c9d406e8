"""Draws the component page, a mail and a paper page as pictures, to look at: `python -m tests.ui.preview OUT_DIR`."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "portal": "components/showcase.html",
    "mail": "samples/mail.html",
    "staff": "samples/staff.html",
    "error": "404.html",
}


def setup() -> None:
    import django
    from django.conf import settings

    settings.configure(
        DEBUG=True,
        SECRET_KEY="preview",
        BASE_DIR=ROOT,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.staticfiles",
            "django_htmx",
            "portal",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "templates", ROOT / "tests/ui/templates"],
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        ROOT_URLCONF="django.conf.urls.i18n",
        LANGUAGE_CODE="ja",
        LANGUAGES=[("ja", "日本語"), ("en", "English")],
        LOCALE_PATHS=[ROOT / "locale"],
        TIME_ZONE="Asia/Tokyo",
        USE_TZ=True,
        STATIC_URL="/static/",
        STATICFILES_DIRS=[ROOT / "static"],
    )
    django.setup()


def shoot(page: Path, pictures: dict[int, Path]) -> None:
    """One picture of the whole page per window width. 390 is out of reach of `chromium --window-size`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for width, picture in pictures.items():
            view = browser.new_page(viewport={"width": width, "height": 844})
            view.goto(page.as_uri())
            wide = view.evaluate("document.documentElement.scrollWidth")
            print(f"{picture.name}: content {wide} px wide in a window of {width} px")
            view.screenshot(path=picture, full_page=True)
        browser.close()


if __name__ == "__main__":
    out = Path(sys.argv[1]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    setup()
    from django.template.loader import render_to_string
    from django.test import RequestFactory
    from weasyprint import HTML

    from tests.ui.samples import sample_context

    for name, template_name in PAGES.items():
        html = render_to_string(template_name, sample_context(), request=RequestFactory().get("/_components/"))
        page = out / f"{name}.html"
        page.write_text(html.replace('"/static/', f'"{(ROOT / "static").as_uri()}/'))
        shoot(page, {width: out / f"{name}-{width}.png" for width in (390, 1280)})
    (out / "mail.txt").write_text(render_to_string("samples/mail.txt", sample_context()))
    paper = render_to_string("samples/paper.html", sample_context())
    HTML(string=paper).write_pdf(out / "paper.pdf", pdf_variant="pdf/ua-1")
