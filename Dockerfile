# The image of web, worker, beat and migrations.
FROM python:3.13-slim AS packages
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt

# The pages' styles and scripts come through npm, which the running service does not need.
FROM python:3.13-slim AS static
WORKDIR /app
COPY requirements-local.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements-local.txt
COPY . .
RUN python -m cpms.local.assets
RUN DJANGO_SETTINGS_MODULE=cpms.settings.local STATE_DIR=/app SECRET_KEY=unused \
    SECOND_FACTOR_KEYS=unused AUDIT_KEYS=unused \
    DATABASE_URL=postgresql://unused@unused/unused REDIS_URL=redis://unused \
    python manage.py collectstatic --no-input --verbosity=0

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home cpms \
    && install --directory --owner=cpms --mode=700 /audit
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=cpms.settings.production
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=static /app/static /app/static
COPY --from=static /app/staticfiles /app/staticfiles
USER cpms
EXPOSE 8000
CMD ["gunicorn", "cpms.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", "--preload", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
