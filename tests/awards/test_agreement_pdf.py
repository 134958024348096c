"""The agreement's PDF is tagged, titled, in English, and numbered as its data is."""

import io
import re

import pikepdf
import pypdf
import pytest

from awards import papers


def tags(pdf) -> list[str]:
    """The roles of the structure tree, in reading order."""
    found = []

    def walk(element):
        if isinstance(element, pikepdf.Array):
            for child in element:
                walk(child)
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                found.append(str(element.S).strip("/"))
            if "/K" in element:
                walk(element.K)

    walk(pdf.Root.StructTreeRoot.K)
    return found


@pytest.fixture
def agreement(office, active_award):
    return active_award.agreement


@pytest.fixture
def rendered(agreement) -> bytes:
    return papers.agreement_pdf(agreement)


def test_it_is_tagged_with_title_and_language(rendered, agreement):
    pdf = pikepdf.open(io.BytesIO(rendered))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en-GB"
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == f"Grant agreement {agreement.award.reference}: Example workshops"
        assert metadata["pdfuaid:part"] == "1"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_headings_lists_and_tables_are_tagged_as_such(rendered, agreement):
    found = tags(pikepdf.open(io.BytesIO(rendered)))
    assert found.count("H1") == 1
    assert found.count("H2") == len(agreement.text["sections"]) + 1
    assert found.count("Table") == 2
    assert "TH" in found
    assert "LI" in found


def test_its_clause_numbers_run_on_as_in_the_data(rendered, agreement):
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(rendered)).pages)
    printed = re.findall(r"^(\d+\.\d+)\b", text, flags=re.MULTILINE)
    expected = [clause["number"] for one in agreement.text["sections"] for clause in one["clauses"]]
    assert [number for number in printed if number in expected] == expected
    headings = re.findall(r"^(\d+)\. [A-Z]", text, flags=re.MULTILINE)
    assert headings == [str(n) for n in range(1, len(agreement.text["sections"]) + 1)]


def test_it_says_who_signed_and_carries_the_fingerprint(rendered, agreement):
    pages = pypdf.PdfReader(io.BytesIO(rendered)).pages
    text = re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))
    assert "TheChair,Chair.Signedonlineat" in text
    assert f"{str(agreement.countersigned_by).replace(' ', '')}.Countersignedat" in text
    assert agreement.document_hash in text
    assert "£10,000(tenthousandpounds)" in text


def test_an_unsigned_one_says_so(office, offered_award):
    pages = pypdf.PdfReader(io.BytesIO(papers.agreement_pdf(offered_award.agreement))).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    assert "not yet signed" in text
    assert "not yet countersigned" in text
