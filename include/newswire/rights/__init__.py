"""Rights: one decision for each article, default deny, with its evidence; and what it means for a story's versions.

Pure: no clock and no I/O beyond the packaged rule data.
"""

from newswire.rights.decision import decide
from newswire.rights.stories import Standing, Version, governing, published_date, standing, version_number
from newswire.rights.tables import RULE_VERSIONS, meanings

__all__ = [
    "RULE_VERSIONS",
    "Standing",
    "Version",
    "decide",
    "governing",
    "meanings",
    "published_date",
    "standing",
    "version_number",
]
