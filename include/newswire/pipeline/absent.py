"""Partners whose file is broken or gone: by which terms their stories are decided meanwhile.

A file that does not validate is no contract that ended: the stories stay under its last valid terms, and time goes on
for them. A file that is gone is a contract that is gone: once it was missed for ``GRACE``, the stories leave
(``no_contract``). Where there is no file at all, a folder is missing rather than every contract: nothing leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import Connection

from newswire import ledger
from newswire.config import SLUG, Partner, Settings, by_slug, load_partner
from newswire.errors import ConfigError
from newswire.ledger import partners as book
from newswire.ledger.partners import Kept

GRACE = timedelta(minutes=15)
"""How long a file is missed before its stories leave: whoever brings files up to date may take one away first."""


def keep(connection: Connection, partner: Partner, now: datetime) -> None:
    """Keep a partner's valid file, for when it is broken or gone."""
    book.keep(connection, partner.slug, partner.model_dump(mode="json", by_alias=True), at=now)


def stand_ins(
    partners: Sequence[Partner], broken: Sequence[ConfigError], database_url: str, now: datetime, *, note: bool = True
) -> tuple[list[Partner], dict[str, str]]:
    """Partners that are swept without a sound file, and by partner what a person must cure.

    Args:
        partners: Those whose files are valid; each is kept.
        broken: The errors of the other files.
        database_url: The ledger.
        now: The time.
        note: Whether to keep the valid files, and note which are gone.
    """
    told = by_slug(broken)
    present = {partner.slug for partner in partners} | told.keys()
    with ledger.transaction(database_url) as connection:
        for partner in partners if note else ():
            keep(connection, partner, now)
        if present and note:
            book.note_gone(connection, present, at=now)
        without = book.kept(connection, but=[partner.slug for partner in partners])
    found = []
    for kept in without:
        waits = _waits(kept, now) if kept.partner not in told else None
        if waits is not None:
            told[kept.partner] = waits
        else:
            found += _partner(kept, told)
    return found, told


def last_valid(database_url: str, slug: str, *, as_it_was: bool = False) -> Partner | None:
    """A partner as its last valid file had it; None where there was none that this version reads.

    Args:
        database_url: The ledger.
        slug: The partner.
        as_it_was: With its contracts, as of a file that is broken or was missed just now.
    """
    with ledger.transaction(database_url) as connection:
        found = [kept for kept in book.kept(connection, but=()) if kept.partner == slug]
    return next(iter(_partner(found[0], {slug: ""} if as_it_was else {})), None) if found else None


def present_or_last_valid(settings: Settings, slug: str) -> Partner:
    """A partner by its file, or by its last valid one where that is gone or broken: its stories can be ruled on still.

    Raises:
        ConfigError: There is no such partner, or nothing of it could ever be read.
    """
    path = settings.partners / f"{slug}.yaml"
    refused = None
    if SLUG.fullmatch(slug) and path.is_file():
        try:
            return load_partner(path)
        except ConfigError as error:
            refused = error
    partner = last_valid(settings.ledger(), slug, as_it_was=refused is not None)
    if partner is not None:
        return partner
    with ledger.transaction(settings.ledger()) as connection:
        known = {*book.known(connection), *(file.stem for file in settings.partners.glob("*.yaml"))}
    there = ", ".join(sorted(known)) or "none"
    msg = f"There is no partner {slug!r} in {settings.partners}, and the ledger knows none; known are {there}."
    raise refused or ConfigError(msg, reason="unknown_partner", remedy="Correct the name, or set NEWSWIRE_PARTNERS.")


def _waits(kept: Kept, now: datetime) -> str | None:
    """Why the stories of a partner whose file is gone do not leave yet; None where they do, or where it has none."""
    if not kept.readable:
        return None
    cure = f"Bring it back; to withdraw its {kept.readable} stories at once, leave it without its contracts."
    if kept.gone_at is None:
        return f"{kept.partner}.yaml: it is gone, and so is every partner file: nothing is withdrawn. {cure}"
    ends = kept.gone_at + GRACE
    return None if now >= ends else f"{kept.partner}.yaml: it is gone: its stories leave at {ends:%H:%M} UTC. {cure}"


def _partner(kept: Kept, told: dict[str, str]) -> list[Partner]:
    """The partner as it is swept; none where this version cannot read what was kept."""
    try:
        partner = Partner.model_validate(kept.file)
    except ValidationError as error:
        unread = f"{kept.partner}.yaml: its last valid file is not one any more: {error.error_count()} errors."
        told.setdefault(kept.partner, f"{unread} Its stories stay as they are; bring a valid file.")
        return []
    return [partner if kept.partner in told else partner.model_copy(update={"contracts": ()})]
