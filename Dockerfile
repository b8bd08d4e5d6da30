# One image for every Airflow part of docker-compose.yaml, from the same locked and hashed requirements as `make setup`.
FROM python:3.12-slim-bookworm

ENV AIRFLOW_HOME=/opt/airflow \
    GX_ANALYTICS_ENABLED=false \
    PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/opt/newswire/include \
    PYTHONUNBUFFERED=1 \
    SCARF_ANALYTICS=false \
    UV_PYTHON_DOWNLOADS=never

# Group 0 as in Airflow's own image, so that a platform that assigns user ids can write here too. The folders that
# volumes are mounted on belong to the user, for a new volume takes over the owner of the folder below it.
RUN useradd --uid 50000 --gid 0 --create-home --shell /usr/sbin/nologin airflow \
    && install -d -o airflow -g 0 -m 0775 /opt/airflow /opt/airflow/logs /opt/newswire /opt/newswire/lake \
        /opt/newswire/backups

WORKDIR /opt/newswire
COPY requirements-uv.txt requirements.txt ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && uv pip sync --no-cache --compile-bytecode --python /opt/venv/bin/python --require-hashes \
        requirements-uv.txt requirements.txt

COPY bin/newswire bin/newswire
COPY dags dags
COPY include include
COPY plugins plugins
COPY ops/server ops/server
# Every task is a process of its own, whose user writes nothing here: it would compile all that it imports each time.
RUN python -m compileall -q include plugins dags

USER 50000:0
CMD ["airflow", "version"]
