"""The central rule, a module for each of its numbers; this page lists the rules.

An item rule holds under every contract; a grant rule judges the story under one contract or licence alone.
"""

from __future__ import annotations

from newswire.rights.case import GrantRule, ItemRule
from newswire.rights.grants import granted, retention
from newswire.rights.rules.embargo import embargo, embargo_in_prose, not_yet_valid
from newswire.rights.rules.expiry import item_expiry, rights_validity
from newswire.rights.rules.notices import condition, effects, review
from newswire.rights.rules.policies import embedded
from newswire.rights.rules.scope import scope
from newswire.rights.rules.status import purged, reentry, status, tombstone
from newswire.rights.rules.terms import not_understood, removed_uses, territory_left
from newswire.rights.rules.third_party import credit, holder, notice

ITEM_RULES: tuple[ItemRule, ...] = (
    tombstone,
    purged,
    status,
    reentry,
    embargo,
    embargo_in_prose,
    not_yet_valid,
    review,
    effects,
    removed_uses,
    embedded,
    not_understood,
)

GRANT_RULES: tuple[GrantRule, ...] = (
    granted,
    retention,
    item_expiry,
    rights_validity,
    scope,
    territory_left,
    credit,
    holder,
    notice,
    condition,
)

__all__ = ["GRANT_RULES", "ITEM_RULES"]
