"""What a person reads on a page, for tests that ask for sentences."""

import re

from tests.pages.reading import Page


def text_of(response) -> str:
    """The words of the page's main part, with single plain spaces, cells apart."""
    html = re.sub(r"(</(?:td|th|dt|dd|li|p|a)>|<br>)", r"\1 ", response.content.decode())
    text = " ".join(Page(html).one("main").text.replace("\xa0", " ").split())
    return re.sub(r" ([.,:;)])", r"\1", text)


def refused(response, *sentences) -> str:
    """Asserts that a form came back with its errors first. Returns the HTML, to look for what was typed."""
    assert response.status_code == 422
    html = response.content.decode()
    assert "<title>Error: " in html
    for sentence in ("There is a problem", *sentences):
        assert sentence in text_of(response)
    return html
