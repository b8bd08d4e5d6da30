"""Text, photos and videos are decided each: what blocks one does not free or block another."""

from __future__ import annotations

import pytest
from tests.rights.making import NOW, article, contract, decided, notice, partner, spoken, statement

from newswire.model import Media, Outcome, RightsKind, Scope, Status, Tombstone

PUBLISH, HOLD, REJECT, WITHDRAW = Outcome.PUBLISH, Outcome.HOLD, Outcome.REJECT, Outcome.WITHDRAW
BOTH = contract(media=["text", "photo"])
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
NOT_IN_US = {"type": "country", "polarity": "deny", "scope": Scope.MEDIA}
LATER, EARLIER = NOW.replace(hour=20), NOW.replace(hour=1)


def photo(*rights, **changed):
    return Media(
        **{"url": "https://tepe.example/1.jpg", "medium": "image", "pointer": "/m", "rights": rights, **changed}
    )


def parts(*media, by=None, **item):
    decision = decided(article(media=media, **item), by or partner(BOTH))
    return decision, decision.components


def test_the_text_comes_first_and_has_the_decisions_outcome():
    """The first component is the text; a story without media has no other."""
    decision, [text] = parts()
    assert (text.kind, text.outcome, text.reasons) == ("text", decision.outcome, decision.reasons)


@pytest.mark.parametrize(
    ("media", "outcome", "reason"),
    [
        (photo(), PUBLISH, "contract_grants"),
        (photo(credit="TEHA"), PUBLISH, "contract_grants"),
        (photo(credit="Nord Press"), HOLD, "third_party_credit"),
        (photo(statement(RightsKind.HOLDER, "Nord Press", scope=Scope.MEDIA)), HOLD, "third_party_holder"),
        (photo(statement(RightsKind.POLICY, "https://x.example/p", scope=Scope.MEDIA)), HOLD, "terms_not_understood"),
        (photo(statement(RightsKind.RESTRICTION, "all", **NOT_IN_US)), REJECT, "territory_reserved"),
        (
            photo(statement(RightsKind.HOLDER, "TEHA", scope=Scope.MEDIA, valid_until=EARLIER)),
            WITHDRAW,
            "rights_expired",
        ),
        (photo(status=Status.DELETED), WITHDRAW, "deleted"),
        (photo(status=Status.WITHHELD), HOLD, "withheld"),
        (photo(medium="video"), REJECT, "out_of_scope_media"),
        (photo(medium="hologram"), HOLD, "media_unknown"),
        (photo(medium=None, mime_type="image/jpeg"), PUBLISH, "contract_grants"),
    ],
)
def test_a_component_never_blocks_the_text(media, outcome, reason):
    """Whatever becomes of a photo, the text is published; the photo has its own outcome, reason and evidence."""
    decision, [text, part] = parts(media)
    assert text.outcome is decision.outcome is PUBLISH
    assert (part.outcome, part.reasons[0]) == (outcome, reason)
    assert {proof.reason for proof in part.evidence} >= set(part.reasons)
    assert bool(part.permitted_uses) == (outcome is PUBLISH)


@pytest.mark.parametrize(
    "item",
    [
        {"status": Status.KILLED},
        {"signals": ("withhold",)},
        {"rights": (statement(RightsKind.HOLDER, "Nord Press"),)},
    ],
)
def test_what_binds_the_item_binds_its_components(item):
    """A photo is never milder than what holds for the whole item."""
    _, [text, part] = parts(photo(), **item)
    assert part.outcome is text.outcome is not PUBLISH


@pytest.mark.parametrize(
    ("at", "outcome", "reason"),
    [(EARLIER, HOLD, "rights_not_yet_valid"), (NOW, PUBLISH, "contract_grants"), (LATER, WITHDRAW, "rights_expired")],
)
def test_a_photo_has_its_own_time(at, outcome, reason):
    """A photo's own embargo and expiry (ninjs ``associations``) are times: nothing else holds it once they are past."""
    embargoed = statement(
        RightsKind.RESTRICTION, "from", "/m/embargoed", type="embargoed", valid_from=NOW, scope=Scope.MEDIA
    )
    expires = statement(
        RightsKind.RESTRICTION, "to", "/m/expires", type="expires", valid_until=LATER, scope=Scope.MEDIA
    )
    _, part = decided(article(media=(photo(embargoed, expires),)), partner(BOTH), now=at).components
    assert (part.outcome, part.reasons) == (outcome, (reason,))


def test_a_photos_time_that_cannot_be_read_waits():
    """An embargo without an end, or one that nobody can read, holds the photo for a person."""
    said = statement(RightsKind.RESTRICTION, "soon", type="embargoed", scope=Scope.MEDIA)
    _, [_, part] = parts(photo(said))
    assert (part.outcome, part.reasons) == (HOLD, ("terms_not_understood",))


def test_a_photos_own_terms_are_read_as_notices():
    """What a photo's rights field says binds the photo, and not the text beside it."""
    terms = statement(RightsKind.USAGE_TERMS, "EDITORIAL USE ONLY", "/m/usageterms", scope=Scope.MEDIA)
    said = notice("editorial_only", text="EDITORIAL USE ONLY", source="/m/usageterms")
    _, [text, part] = parts(photo(terms), media_notices=(said,))
    assert (part.outcome, "editorial_only" in part.obligations) == (PUBLISH, True)
    assert "editorial_only" not in text.obligations


def test_a_tombstone_takes_the_photos_along():
    """What was taken down is gone with all its parts."""
    stone = Tombstone(item_id="s1", reason="takedown", at=NOW)
    decision = decided(article(media=(photo(),)), partner(BOTH), tombstone=stone)
    assert {part.outcome for part in decision.components} == {WITHDRAW}


def test_the_language_is_the_texts():
    """A photo has no language: a text outside the contract's languages leaves it as it is."""
    _, [text, part] = parts(photo(), language=spoken("de"))
    assert (text.outcome, part.outcome) == (REJECT, PUBLISH)


def test_a_photo_under_an_open_licence_of_its_own():
    """A photo's own licence allows the photo and never the text."""
    media = photo(statement(RightsKind.LICENSE, CC_BY, scope=Scope.MEDIA))
    decision = decided(article(media=(media,)), partner())
    text, part = decision.components
    assert (text.outcome, part.outcome, part.license) == (REJECT, PUBLISH, CC_BY)


def test_each_component_rests_on_the_contract_that_covers_it():
    """A contract for text and one for photos each allow their own; neither lends its uses to the other."""
    by = partner(contract(uses=["store", "analyse"]), contract(id="c2", media=["photo"]))
    _, [text, part] = parts(photo(), by=by)
    assert (text.contract.id, part.contract.id) == ("c1", "c2")
    assert "display" in part.permitted_uses
    assert "display" not in text.permitted_uses


def test_a_notice_in_the_text_binds_the_photos():
    """A reservation of AI uses in the notice takes them from the photo too."""
    by = partner(contract(media=["text", "photo"], uses=["store", "analyse", "ai_train"]))
    decision = decided(article(notice("ai_reserved"), media=(photo(),)), by)
    assert all("ai_train" not in part.permitted_uses for part in decision.components)


def test_the_next_review_is_the_earliest_of_all_components():
    """A photo whose rights end before anything else brings the story up for review then."""
    ends = statement(RightsKind.HOLDER, "TEHA", scope=Scope.MEDIA, valid_until=LATER)
    decision, [text, part] = parts(photo(ends))
    assert decision.next_review_at == part.expires_at == LATER
    assert text.expires_at != LATER


def test_evidence_of_a_photo_points_at_the_photo():
    """A photo's status and credit are read from the photo, whatever place the item's have."""
    places = (("status", "/item/status"), ("credit", "/item/credit"))
    _, [_, shown] = parts(photo(status=Status.WITHHELD, credit="Nord Press"), places=places)
    assert {proof.pointer for proof in shown.evidence if proof.reason in shown.reasons} == {"/m"}
