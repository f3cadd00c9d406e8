# Web server, worker, beat and migrations: one image, different commands (docker-compose.yml).
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/venv
COPY requirements-run.lock /tmp/
# Nothing is compiled; suricata-update is published as pure Python source only.
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --no-binary suricata-update \
    -r /tmp/requirements-run.lock
COPY . /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH
RUN find . -name '*.po' -execdir sh -c 'msgfmt -o "${1%.po}.mo" "$1"' _ {} \; \
    && SECRET_KEY=only-for-this-build python manage.py collectstatic --noinput

FROM python:3.11-slim-bookworm
# Pango and the fonts draw paper (rare kanji of names and emoji come from the last two); openssl opens signed mail.
RUN apt-get update && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
      fonts-noto-cjk fonts-hanazono fonts-symbola openssl \
    && rm -rf /var/lib/apt/lists/* && fc-cache -f
RUN useradd --system --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin otasuke \
    && install -d -o otasuke -g otasuke -m 0700 /keys /private
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp HOME=/tmp \
    DJANGO_SETTINGS_MODULE=otasuke.settings PLATFORM_KEY_FILE=/keys/platform.key
USER otasuke
EXPOSE 8000
CMD ["gunicorn", "-c", "python:otasuke.gunicorn_settings", "otasuke.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--workers", "2", "--threads", "4", "--no-control-socket"]
