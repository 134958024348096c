FROM python:3.11-slim-bookworm

# What WeasyPrint draws PDF with, and one family of fonts.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fontconfig fonts-liberation libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

RUN groupadd --system --gid 10001 grants \
    && useradd --system --uid 10001 --gid grants --no-create-home --shell /usr/sbin/nologin grants \
    && mkdir -p /srv/state/media /srv/static \
    && chown -R grants:grants /srv/state

WORKDIR /srv/pcc-grants
COPY requirements.txt .
RUN pip install --require-hashes --no-deps -r requirements.txt
COPY . .

# The static files are part of the image. Nothing of this build's settings stays in it.
RUN ENVIRONMENT=development STATE_DIR=/tmp/build STATIC_ROOT=/srv/static \
        python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build

ENV ENVIRONMENT=production \
    STATE_DIR=/srv/state \
    STATIC_ROOT=/srv/static \
    HOST=0.0.0.0 \
    PORT=8000

USER grants
VOLUME /srv/state
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "pcc_grants.wsgi"]
