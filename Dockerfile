# A bot in a container: documents in /knowledge, the index in /data, the model inside.
# docker build -t citebot . && docker run -i -v ./knowledge:/knowledge:ro -v citebot:/data citebot

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/citebot
WORKDIR /src
# the CPU build: the plain Linux wheel carries gigabytes of CUDA
RUN /opt/citebot/bin/pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu --retries 0 \
 || /opt/citebot/bin/pip install torch==2.13.0
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY bot bot
COPY index index
RUN /opt/citebot/bin/pip install --constraint constraints.txt .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home citebot \
 && mkdir /knowledge /data \
 && chown citebot /data
COPY --from=build /opt/citebot /opt/citebot
COPY knowledge /knowledge
ENV PATH=/opt/citebot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    CITEBOT_KNOWLEDGE=/knowledge \
    CITEBOT_DATA=/data
USER citebot
WORKDIR /home/citebot
VOLUME ["/knowledge", "/data"]
# health and metrics, and the webhook if there is one, with CITEBOT_HOST=0.0.0.0: docs/operating.md
EXPOSE 8080
# without a token it is a chat in the terminal, which answers nobody but whoever sits there
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
  CMD [ -z "$CITEBOT_TELEGRAM_TOKEN$CITEBOT_TELEGRAM_TOKEN_FILE" ] || python -c "import urllib.request as http; http.urlopen('http://127.0.0.1:${CITEBOT_PORT:-8080}/healthz', timeout=4)"
STOPSIGNAL SIGTERM
ENTRYPOINT ["citebot"]
CMD ["run"]
