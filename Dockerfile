# One image for every process: what it runs is said by the command.
FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /opt/hemei
ENV PATH=/opt/hemei/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY . .
# Installers and build tools stay behind: nothing is installed at run time.
RUN pip install --no-deps --no-build-isolation --no-index . \
    && python -m compileall -q /opt/hemei/lib \
    && pip uninstall --yes setuptools pip

FROM python:3.11-slim
# What posters are set with: WeasyPrint's libraries, and a font that has Chinese.
RUN apt-get update -qq \
    && apt-get install -qq --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 hemei \
    && useradd --system --uid 10001 --gid hemei --no-create-home --shell /usr/sbin/nologin hemei
COPY --from=build /opt/hemei /opt/hemei
ENV PATH=/opt/hemei/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000 9100
CMD ["hemei", "--help"]
