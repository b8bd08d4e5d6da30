"""Holds no DAG: raises one import error naming every partner file that does not validate, its line and the remedy.

Airflow parses only files in which its own name stands, as it does here.
"""

from __future__ import annotations

from newswire.config import Settings, load_partners
from newswire.errors import ConfigError

_, errors = load_partners(Settings.from_environment().partners)
if errors:
    raise ConfigError("\n".join(str(error) for error in errors), reason="bad_partner")
