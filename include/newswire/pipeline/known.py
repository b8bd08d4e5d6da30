"""What is known of some stories: sightings, tombstones, overrides and reviews together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from newswire.config import Partner
from newswire.ledger import graves, overrides, reviews
from newswire.ledger import stories as book
from newswire.model import Sighting
from newswire.pipeline.decider import terms
from newswire.pipeline.facts import Story, merge


def known_stories(
    connection: Connection, partner: Partner, item_ids: Sequence[str], fresh: Iterable[Sighting] = ()
) -> dict[str, Story]:
    """Everything known of some items: the ledger's sightings and fresh ones together, and every ruling on them."""
    slug = partner.slug
    seen = book.sightings(connection, slug, item_ids)
    for sighting in fresh:
        seen[sighting.item_id].append(sighting)
    stones = graves.tombstones_of(connection, slug, item_ids)
    said = overrides.unrevoked(connection, slug, item_ids)
    gates = reviews.gates(connection, slug, item_ids, terms(partner))
    return {
        item_id: Story(
            item_id=item_id,
            sightings=merge(sightings),
            tombstone=stones.get(item_id),
            overrides=said.get(item_id, ()),
            gate=gates.get(item_id),
        )
        for item_id, sightings in seen.items()
    }
