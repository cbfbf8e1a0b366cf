# syntax=docker/dockerfile:1.7
# Gateway, action server, migrations, index builds and backups: one image, several commands.
# Build from the root of the repository: docker build -f deploy/Dockerfile.app -t union-app .
# The bases are pinned by version; pin them by digest, too, where you mirror them.

FROM python:3.11.14-slim-bookworm AS build
# Of your own package index; empty: pip's default.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/union
COPY requirements/app.lock requirements/torch.txt requirements/
RUN python -m venv .venv \
    && .venv/bin/pip install --require-hashes --no-deps -r requirements/app.lock \
    && .venv/bin/pip install -r requirements/torch.txt
COPY pyproject.toml LICENSE ./
COPY contract contract
COPY tracing tracing
COPY knowledge_base knowledge_base
COPY actions actions
COPY api api
# The encoder is part of the image; indexes are not: they follow the articles, on the volume.
# Its weights are written for their owner only, and root is not who reads them.
RUN UNION_DATA_DIR=/opt/union/prepared .venv/bin/python -m knowledge_base unpack-model \
    && chmod -R a+rX prepared \
    && .venv/bin/python -m compileall -q api actions contract knowledge_base tracing

FROM python:3.11.14-slim-bookworm
# PostgreSQL's client is for backups, and as old as the server of compose.yml.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 union \
    && useradd --system --uid 10001 --gid union --home-dir /var/lib/union \
        --shell /usr/sbin/nologin union \
    && install --directory --owner=union --group=union --mode=0700 /var/lib/union /backups
# Of root, so that the program cannot change itself.
COPY --from=build /opt/union /opt/union
COPY --chmod=0755 deploy/docker/entrypoint.sh /usr/local/bin/union-entrypoint
WORKDIR /opt/union
ENV PATH=/opt/union/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    TOKENIZERS_PARALLELISM=false \
    UNION_ENV=production \
    UNION_HOST=0.0.0.0 \
    UNION_DATA_DIR=/var/lib/union \
    UNION_EMBEDDING_MODEL=/opt/union/prepared/models/union-e5-small
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["union-entrypoint"]
CMD ["python", "-m", "api", "serve"]
