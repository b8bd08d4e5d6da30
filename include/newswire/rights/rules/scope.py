"""Central rule 5: what lies outside the grant is rejected with the dimension; what cannot be told is held."""

from __future__ import annotations

from collections.abc import Iterator

from newswire.model import Finding
from newswire.rights import languages
from newswire.rights.case import Case, Grant
from newswire.rights.findings import found, proof
from newswire.rights.names import fold

WORDLESS = frozenset({"photo", "graphic"})
"""Components without a language of their own."""


def language(case: Case, grant: Grant) -> Iterator[Finding]:
    """Test the language of the trimmed text; an undetermined one goes by the declaration only if the verdict does."""
    if grant.languages is None or case.kind in WORDLESS:
        return
    verdict = case.article.language
    spoken = verdict.language
    if spoken == "und" and verdict.method == "declared":
        spoken = verdict.declared or "und"
    covered = None if spoken == "und" else languages.covers(grant.languages, spoken)
    if not covered:
        reason = "language_unknown" if covered is None else "out_of_scope_language"
        clause = proof(reason, "scope.language", "contract", f"{grant.pointer}.languages", " ".join(grant.languages))
        text = f"{spoken} by {verdict.method}, {verdict.confidence:.2f}"
        yield found(reason, clause, proof(reason, "scope.language", "language", None, text))


def media(case: Case, grant: Grant) -> Iterator[Finding]:
    """The grant must cover what is decided on: text, photo, video; a component of unknown kind waits for a person."""
    if grant.media is None or case.kind in grant.media:
        return
    reason = "media_unknown" if case.kind is None else "out_of_scope_media"
    yield found(
        reason,
        proof(reason, "scope.media", "contract", f"{grant.pointer}.media", " ".join(grant.media)),
        proof(reason, "scope.media", "item", case.item.pointer, case.kind or "unknown"),
    )


def content(case: Case, grant: Grant) -> Iterator[Finding]:
    """The lake keeps the full text: a grant of an extract or of metadata alone does not cover it."""
    if grant.content != "full" and case.kind == "text":
        reason = "out_of_scope_content"
        yield found(
            reason,
            proof(reason, "scope.content", "contract", f"{grant.pointer}.content", grant.content),
            proof(reason, "scope.content", "item", case.item.pointer, "full text"),
        )


def category(case: Case, grant: Grant) -> Iterator[Finding]:
    """One of the item's categories must be among those covered; an item that names none waits for a person."""
    if grant.categories is None:
        return
    named = {fold(name).strip() for name in case.item.categories}
    if named & {fold(name).strip() for name in grant.categories}:
        return
    reason = "out_of_scope_category" if named else "category_unknown"
    yield found(
        reason,
        proof(reason, "scope.category", "contract", f"{grant.pointer}.categories", ", ".join(grant.categories)),
        proof(reason, "scope.category", "item", case.item.pointer, ", ".join(sorted(case.item.categories)) or "none"),
    )


def item_date(case: Case, grant: Grant) -> Iterator[Finding]:
    """Test the item's own publication date; one that states none waits for a person."""
    if grant.item_dates is None:
        return
    starts, ends = grant.item_dates
    dated = case.item.published_at
    if dated is not None and starts <= dated and (ends is None or dated < ends):
        return
    reason = "item_date_unknown" if dated is None else "out_of_scope_date"
    term = f"{starts.isoformat()} to {ends.isoformat() if ends else 'open'}"
    yield found(
        reason,
        proof(reason, "scope.item_date", "contract", f"{grant.pointer}.item_term", term),
        proof(reason, "scope.item_date", "item", case.item.pointer, dated.isoformat() if dated else "none"),
    )


def territory(case: Case, grant: Grant) -> Iterator[Finding]:
    """Test the territory that was asked about; without one, the decision carries the grant's limits to the reader."""
    if case.territory is not None and not grant.area.covers(case.territory):
        reason = "out_of_scope_territory"
        text = f"{grant.area}; asked about {case.territory}"
        yield found(reason, proof(reason, "scope.territory", "contract", f"{grant.pointer}.territories", text))


def channel(case: Case, grant: Grant) -> Iterator[Finding]:
    """Test the channel; where none was named, a grant for some only is held, since a row cannot carry that limit."""
    if grant.channels is None or case.channel in grant.channels:
        return
    reason = "channel_unknown" if case.channel is None else "out_of_scope_channel"
    text = f"{', '.join(grant.channels)}; asked about {case.channel or 'none'}"
    yield found(reason, proof(reason, "scope.channel", "contract", f"{grant.pointer}.channels", text))


def use(case: Case, grant: Grant) -> Iterator[Finding]:
    """Every use asked about, and those the lake needs, must be granted and not be prohibited."""
    missing = [name for name in case.needed_uses if name not in grant.uses]
    if missing:
        reason, source = "out_of_scope_use", "contract" if grant.contract else "item"
        text = f"needed {' '.join(missing)}; granted {' '.join(grant.uses)}"
        yield found(reason, proof(reason, "scope.use", source, f"{grant.pointer}.uses", text))
