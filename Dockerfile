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
# doctor opens the index and asks Telegram whether it knows the bot
HEALTHCHECK --interval=120s --timeout=20s --start-period=120s CMD ["citebot", "doctor"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["citebot"]
CMD ["run"]
