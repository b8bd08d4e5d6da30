"""A story's text taken apart: body, credits, rights notices, and what the page appended. Pure functions.

Rules are data: ``rules/<language>.yaml`` holds a language's wordings, ``agencies.yaml`` the agencies' names.
"""

from newswire.text.fields import field_credits, field_notices, media_notices
from newswire.text.rules import version
from newswire.text.splitting import split

__all__ = ["field_credits", "field_notices", "media_notices", "split", "version"]
