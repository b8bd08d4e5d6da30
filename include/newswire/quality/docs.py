"""Data Docs that need nothing from outside: GX's pages without the style sheets, scripts and images of other hosts.

``include/gx/great_expectations.yml`` names the classes of this module. GX draws its index with such a script, so the
index is written here.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import cache
from typing import Any

from great_expectations.render.renderer.site_builder import SiteBuilder
from great_expectations.render.view.view import DefaultJinjaPageView
from lxml import etree
from lxml import html as markup

from newswire.quality.context import STYLE

_OUTSIDE = "//script | //link | //style | //img | //input | //*[contains(@class, 'btn')] | //body/footer"
_OUTSIDE += " | //div[@class='card mb-3'][.//strong='Actions'] | //a[contains(@href, 'greatexpectations.io')]"
_WORDS = {"fa-check-circle": "passed", "fa-times": "failed", "fa-exclamation-triangle": "not evaluated"}


class Site(SiteBuilder):
    """A site without GX's four megabytes of images and fonts: no page here uses them."""

    def build(self, resource_identifiers: Any = None, build_index: bool = True) -> Any:  # noqa: ANN401, FBT001, FBT002 - GX's signature
        """Build the pages of the given suites and results, then the index."""
        for section in self.site_section_builders.values():
            section.build(resource_identifiers=resource_identifiers)
        _, links = self.site_index_builder.build(build_index=build_index)
        return self.get_resource_url(only_if_exists=False), links


class PageView(DefaultJinjaPageView):
    """The page of a suite or a validation, made by GX and cleaned of everything that loads or runs."""

    def render(self, document: Any, template: str | None = None, **kwargs: Any) -> str:  # noqa: ANN401 - GX's types
        """The page as HTML."""
        made = super().render(document, template, **kwargs)  # type: ignore[no-untyped-call] # GX's method has no types
        page: Any = markup.document_fromstring(made)
        for element in page.xpath(_OUTSIDE):
            element.drop_tree()
        for mark, word in _WORDS.items():
            for icon in page.xpath(f"//i[contains(@class, '{mark}')]"):
                icon.text = word
                icon.set("class", word.replace(" ", "-"))
        for element in page.iter(etree.Element):
            for name in [name for name in element.attrib if name == "style" or name.startswith(("on", "data-"))]:
                del element.attrib[name]
        page.head.append(markup.fragment_fromstring(f"<style>{_css()}</style>"))
        return str(markup.tostring(page, encoding="unicode", doctype="<!DOCTYPE html>"))


class IndexRenderer:
    """Hands what GX found for the index on to the view."""

    def render(self, links: Mapping[str, Any]) -> Mapping[str, Any]:
        """The links of the index, by section."""
        return links


class IndexView:
    """The index: every validation that is kept, newest first, then the suites."""

    def render(self, document: Mapping[str, Any], **_: object) -> str:
        """The page as HTML."""
        rows = "".join(_validation(link) for link in document.get("validations_links", ()))
        suites = "".join(_suite(link) for link in document.get("expectations_links", ()))
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><title>Data quality</title>'
            f"<style>{_css()}</style></head><body><h1>Data quality</h1>"
            "<table><thead><tr><th>Checked at</th><th>Partner</th><th>Suite</th><th>Result</th></tr></thead>"
            f'<tbody>{rows}</tbody></table><p><a href="../languages.html">Languages declared wrongly</a></p>'
            f"<h2>What is checked</h2><ul>{suites}</ul></body></html>"
        )


def _validation(link: Mapping[str, Any]) -> str:
    result = "passed" if link["validation_success"] else "failed"
    time = html.escape(f"{link['run_time']:%Y-%m-%d %H:%M:%S %Z}")
    partner, suite = html.escape(str(link["run_name"])), html.escape(link["expectation_suite_name"])
    at = f'<a href="{html.escape(link["filepath"])}">{time}</a>'
    return f'<tr><td>{at}</td><td>{partner}</td><td>{suite}</td><td class="{result}">{result}</td></tr>'


def _suite(link: Mapping[str, Any]) -> str:
    return f'<li><a href="{html.escape(link["filepath"])}">{html.escape(link["expectation_suite_name"])}</a></li>'


@cache
def _css() -> str:
    return STYLE.read_text(encoding="utf-8")
