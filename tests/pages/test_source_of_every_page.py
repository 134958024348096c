"""What may not stand in any template or style: inline code, and what belongs to GOV.UK (requirement 10)."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if "papers" not in path.relative_to(ROOT).parts
)
OWN_FILES = TEMPLATES + sorted((ROOT / "static").rglob("*.css")) + sorted((ROOT / "static").rglob("*.svg"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))


def sources(paths):
    """(name, source) of each file: one test looks at all of them, and names those at fault."""
    return [(str(path.relative_to(ROOT)), path.read_text()) for path in paths]


def at_fault(paths, *patterns: str) -> list[str]:
    """The files in which one of the patterns stands, outside of the comment at their top."""
    found = []
    for name, source in sources(paths):
        bare = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", source, flags=re.S)
        found += [f"{name}: {pattern}" for pattern in patterns if re.search(pattern, bare)]
    return found


def test_no_template_has_an_inline_script_or_style():
    assert not at_fault(
        TEMPLATES,
        r"<script(?![^>]*\bsrc=)",
        r"<style\b|\sstyle\s*=",
        r"<[^>{]+\son[a-z]+\s*=",
        "javascript:",
    )


def test_every_template_escapes_what_people_wrote():
    assert not at_fault(TEMPLATES, r"\|\s*(safe|safeseq)\b|autoescape\s+off")


def test_templates_print_dates_only_in_the_house_style():
    assert not at_fault(TEMPLATES, r"\|\s*(date|time|timesince|timeuntil|naturaltime)\b")


def test_every_form_leaves_judging_to_the_server():
    judging = r"\s(placeholder|maxlength|required)(=|>|\s+[a-z-]+=)"
    assert not at_fault(TEMPLATES, r"<form\b(?![^>]*novalidate)", judging, 'type="number"')


def test_nothing_of_gov_uk_s_brand_is_used():
    traces = ("gds transport", "govuk-crest", "crown", "logotype", "1d70b8", "@font-face")
    found = [(name, trace) for name, text in sources(OWN_FILES) for trace in traces if trace in text.lower()]
    assert not found


def test_every_component_opens_with_a_comment_that_lists_its_variables():
    assert not [name for name, source in sources(COMPONENTS) if not source.startswith("{% comment %}\n")]


def test_every_static_file_a_template_names_is_there():
    named = {
        path
        for _, source in sources(TEMPLATES)
        for path in re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", source)
    }
    assert named
    assert not [path for path in named if not finders.find(path)]


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
