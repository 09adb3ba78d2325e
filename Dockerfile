# The app, and with another command a Dask scheduler or a worker: see compose.yaml.
FROM python:3.12-slim

RUN useradd --create-home --uid 1000 learner \
    && install --directory --owner=learner /app /data
WORKDIR /app

# Exactly the versions of the lock, each file checked by its hash; torch is the CPU build.
COPY playground/ui/hosted/torch.txt .ci/lock/app.txt /tmp/
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement /tmp/torch.txt \
    && pip install --no-cache-dir --no-deps --require-hashes --requirement /tmp/app.txt \
    && pip check

COPY --chown=learner . ./
USER 1000

ENV PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PLAYGROUND_HOME=/data \
    OMP_NUM_THREADS=1 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none
VOLUME /data
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

CMD ["streamlit", "run", "streamlit_app.py"]
