"""The pages under docs/ say what the code says."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from newswire import cli
from newswire.config import Contract, Layout, Partner
from newswire.feeds import Feed
from newswire.transport import MOUNTS
from newswire.urls import SCHEMES, scheme_of

ROOT = Path(__file__).parents[1]
GENERATED_FOR_A_PARTNER = {"slug"}
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def test_the_data_dictionary_is_the_schema():
    """The page is what ``python ops/docs.py`` writes."""
    generator = runpy.run_path(str(ROOT / "ops" / "docs.py"))
    assert generator["PAGE"].read_text(encoding="utf-8") == generator["page"]()


def documented(section: str) -> dict[str, str]:
    """Keys and defaults of one table in docs/partners.md."""
    text = (ROOT / "docs" / "partners.md").read_text(encoding="utf-8")
    body = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]*) \|", body, re.MULTILINE))


def expected(model: type[BaseModel]) -> dict[str, str]:
    """Keys and defaults of a model, as the page writes them."""
    said = {}
    for name, known in model.model_fields.items():
        default = known.default
        if default is PydanticUndefined:
            said[name] = "required"
        elif default in (None, ()):
            said[name] = "–"
        elif isinstance(default, bool):
            said[name] = f"`{str(default).lower()}`"
        else:
            said[name] = f"`[{', '.join(default)}]`" if isinstance(default, tuple) else f"`{default}`"
    return {name: default for name, default in said.items() if name not in GENERATED_FOR_A_PARTNER}


@pytest.mark.parametrize(
    ("section", "model"), [("Partner", Partner), ("Feed", Feed), ("Layout", Layout), ("Contract", Contract)]
)
def test_every_key_of_a_partner_file_is_explained(section, model):
    """docs/partners.md names every key with its default, and no other."""
    assert documented(section) == expected(model)


EXAMPLES = re.findall(
    r"```yaml\n(feeds:\n.*?)```", (ROOT / "docs" / "partners.md").read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split()[1])
def test_every_example_of_a_feed_is_valid(example):
    """What docs/partners.md shows can be copied."""
    for name, feed in yaml.safe_load(example)["feeds"].items():
        assert Feed.model_validate(feed), name


def test_every_transport_is_explained():
    """docs/partners.md names every scheme that has a transport, and shows an example of each kind."""
    text = (ROOT / "docs" / "partners.md").read_text(encoding="utf-8")
    section = text.split("\n## Transports\n")[1].split("\n## ")[0]
    assert [scheme for scheme in MOUNTS if not re.search(rf"\b{scheme}\b", section)] == []
    shown = {scheme_of(feed["url"]) for example in EXAMPLES for feed in yaml.safe_load(example)["feeds"].values()}
    assert shown >= {"https", "sftp", "ftps", "s3", "imaps", "file", "drop"}
    assert set(MOUNTS) == SCHEMES


def test_the_readme_names_every_command_and_no_other(capsys):
    """README's table of commands is that of ``bin/newswire``."""
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    offered = set(re.findall(r"^    ([a-z]+)(?: |$)", capsys.readouterr().out, re.MULTILINE))
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## The command line")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z]+)[^|]*", section, re.MULTILINE)) == offered


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Every relative link of a page names a file of the checkout."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
