"""What may not stand in any template or style: inline code, and what belongs to GOV.UK (requirement 10)."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if "papers" not in path.relative_to(ROOT).parts
)
OWN_FILES = TEMPLATES + sorted((ROOT / "static").rglob("*.css")) + sorted((ROOT / "static").rglob("*.svg"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_no_inline_script_or_style(path):
    source = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.S)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "a script without src"
    assert not re.search(r"<style\b|\sstyle\s*=", source), "an inline style"
    assert not re.search(r"<[^>{]+\son[a-z]+\s*=", source), "an inline event handler"
    assert "javascript:" not in source


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_escapes_what_people_wrote(path):
    assert not re.search(r"\|\s*(safe|safeseq)\b|autoescape\s+off", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_prints_dates_only_in_the_house_style(path):
    assert not re.search(r"\|\s*(date|time|timesince|timeuntil|naturaltime)\b", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_form_leaves_judging_to_the_server(path):
    source = path.read_text()
    for form in re.findall(r"<form\b[^>]*>", source):
        assert "novalidate" in form
    assert not re.search(
        r"\s(placeholder|maxlength|required)(=|>|\s+[a-z-]+=)", source.split("endcomment", 1)[-1]
    )
    assert 'type="number"' not in source


@pytest.mark.parametrize("path", OWN_FILES, ids=name)
def test_nothing_of_gov_uk_s_brand_is_used(path):
    source = path.read_text().lower()
    for trace in ("gds transport", "govuk-crest", "crown", "logotype", "1d70b8", "@font-face"):
        assert trace not in source, trace


@pytest.mark.parametrize("path", COMPONENTS, ids=name)
def test_a_component_opens_with_a_comment_that_lists_its_variables(path):
    assert path.read_text().startswith("{% comment %}\n")


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_static_file_a_template_names_is_there(path):
    for named in re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", path.read_text()):
        assert finders.find(named), named


def test_no_style_is_left_open():
    """Rules after an unclosed one would hold only inside it, and nothing would say so."""
    depth = 0
    for line in (ROOT / "static/css/app.css").read_text().splitlines():
        assert depth == 0 or not line.startswith("/* --"), line
        depth += line.count("{") - line.count("}")
    assert depth == 0


def test_styles_and_scripts_fetch_nothing():
    for path in [*(ROOT / "static").rglob("*.css"), *(ROOT / "static").rglob("*.js")]:
        source = path.read_text()
        assert not re.search(r"url\(|@import|sourceMappingURL", source), path


def test_vendored_styles_and_scripts_carry_their_licences():
    for package in ("govuk-frontend", "moj-frontend"):
        licence = (ROOT / "static/vendor/govuk" / f"LICENCE-{package}.txt").read_text()
        assert "Permission is hereby granted, free of charge" in licence


def test_the_styles_of_a_page_are_small():
    import gzip

    total = sum(
        len(gzip.compress((ROOT / "static" / path).read_bytes()))
        for path in ("vendor/govuk/govuk.min.css", "vendor/govuk/govuk.min.js", "css/app.css", "js/app.js")
    )
    assert total < 40_000
