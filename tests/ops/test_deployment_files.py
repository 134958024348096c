"""The files that install and deploy the service hold no secret, no address of an index, and no surprise."""

import re
import tomllib

import pytest
import yaml
from django.conf import settings

LOCKS = ("requirements.txt", "requirements-dev.txt")
SERVICES = {"migrate", "web", "worker", "beat", "postgres", "redis", "clamav"}


def text(name):
    return (settings.BASE_DIR / name).read_text()


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(text("docker-compose.yml"))


def test_compose_runs_each_process_with_a_health_check(compose):
    assert set(compose["services"]) == SERVICES
    for name in SERVICES - {"migrate"}:
        assert "healthcheck" in compose["services"][name], name


def test_compose_keeps_what_matters_in_named_volumes(compose):
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }
    assert mounted == set(compose["volumes"]) == {"database", "queue", "signatures", "state"}


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"])
def test_compose_has_no_default_for_a_secret(name):
    uses = re.findall(r"\$\{" + name + r"([^}]*)\}", text("docker-compose.yml"))

    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_compose_publishes_only_the_web_process(compose):
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["web"]


def test_the_example_environment_holds_no_secret():
    values = dict(
        line.split("=", 1) for line in text(".env.example").splitlines() if re.match(r"[A-Z_]+=", line)
    )

    assert {name for name, value in values.items() if not value} >= {
        "SECRET_KEY",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
    }


def test_the_image_runs_as_an_ordinary_user():
    users = re.findall(r"^USER (\S+)", text("Dockerfile"), re.MULTILINE)

    assert users
    assert users[-1] not in ("root", "0")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_hashes_and_names_no_index(lock):
    content = text(lock)
    packages = content.replace("\\\n", " ").strip().splitlines()

    assert "://" not in content
    assert "--index" not in content
    assert "--find-links" not in content
    for package in packages:
        assert re.match(r"[a-z0-9._-]+==\S+", package), package
        assert "--hash=sha256:" in package, package


def test_every_direct_dependency_is_locked_and_has_a_reason():
    source = text("pyproject.toml")
    project = tomllib.loads(source)
    direct = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    lock = text("requirements-dev.txt")

    for requirement in direct:
        name = re.match(r"[A-Za-z0-9._-]+", requirement).group()
        assert re.search(rf"^{re.escape(name)}==", lock, re.MULTILINE), name
        assert re.search(rf'^    "{re.escape(requirement)}", +# \S+', source, re.MULTILINE), name


def test_every_variable_of_the_settings_is_explained():
    used = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text("pcc_grants/settings.py")))
    explained = text("docs/running.md")

    assert used
    assert [name for name in sorted(used) if f"`{name}`" not in explained] == []
