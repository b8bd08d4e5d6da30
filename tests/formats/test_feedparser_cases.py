"""feedparser's own tests: what they expect on rights, licences, languages, dates and encodings holds here too.

Where the right answer here is another one, ``feedparser_differences.yaml`` says which and why.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tests.formats.feedparser_view import NotModelled, case, holds
from tests.samples import SAMPLES

HERE = Path(__file__).parent
FILES = {path.name.partition("__")[2]: path for path in sorted((SAMPLES / "wires").glob("feedparser__*"))}
DIFFERENCES = {
    name: ours
    for group in yaml.safe_load((HERE / "feedparser_differences.yaml").read_text(encoding="utf-8"))
    for name, ours in group["files"].items()
}

RIGHTS = b"""<!--
Header:      Content-type: application/rss+xml
Description: two statements
Expect:      not bozo and entries[0]['copyright'] == 'a' and entries[0]['title'] == 't'
-->
<rss><channel><item><dc:rights>a</dc:rights><dc:rights>b</dc:rights><title>t</title></item></channel></rss>"""


def test_expectations_are_evaluated():
    """A case that should hold does, one with a wrong expectation does not, and other words are not understood."""
    assert holds(case(RIGHTS.replace(b"<rss>", b'<rss xmlns:dc="http://purl.org/dc/elements/1.1/">')))
    assert not holds(case(RIGHTS))  # the prefix had to be repaired
    assert not holds(case(RIGHTS.replace(b"== 'a'", b"== 'b'").replace(b"not bozo and ", b"")))
    with pytest.raises(NotModelled):
        holds(case(RIGHTS.replace(b"copyright'", b"itunes_block'").replace(b"not bozo and ", b"")))


@pytest.mark.skipif(not FILES, reason=f"no sample files at {SAMPLES}")
@pytest.mark.parametrize("name", FILES)
def test_feedparsers_expectation_holds(name):
    """The file's expectation holds, or the difference that is written down does and the expectation does not."""
    found = case(FILES[name].read_bytes())
    if name not in DIFFERENCES:
        assert holds(found), found.expects
        return
    assert _fails(found), "the expectation holds by now: strike the difference"
    if ours := DIFFERENCES[name]:
        assert holds(found, ours), ours


def _fails(found) -> bool:
    try:
        return not holds(found)
    except NotModelled:
        return True
