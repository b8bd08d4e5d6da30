"""Components: a story's text and each photo, video or other part that comes with it are decided each.

A component is decided by the same rules as the text, as if it were an item of its own: with its own rights, credit and
status, and with everything that binds the whole item. So a photo of somebody else is left out and never blocks the
text, and a kill of the item takes its photos along.
"""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from newswire.model import Component, Decision, Item, Media, RightsStatement, Scope, SplitText
from newswire.rights.case import Case
from newswire.rights.rules.status import worse
from newswire.rights.tables import MEDIUM_KINDS


def kind_of(media: Media) -> str | None:
    """What a component is in the words of a contract, by its medium, else its MIME type; None where neither tells."""
    mime, _, _ = (media.mime_type or "").partition("/")
    names = (media.medium or "", mime)
    return next((MEDIUM_KINDS[name] for said in names if (name := said.strip().lower()) in MEDIUM_KINDS), None)


def case_of(case: Case, media: Media) -> Case:
    """The case of one component: its own terms and status beside those of the item, without what is the text's alone.

    The item's notices stay, since agencies reserve "news, photos and videos" in one line. Those of the component's own
    rights fields are added, and the text's credits are left out.
    """
    status = worse(case.item.status, media.status)
    place = media.pointer or case.item.pointer
    places = dict(case.item.places) | {"credit": place}
    if status is not case.item.status:
        places["status"] = place
    item: Item = structs.replace(
        case.item,
        status=status,
        credit=media.credit,
        sources=(),
        rights=(*map(_own, case.item.rights), *map(_own, media.rights)),
        media=(),
        pointer=place,
        places=tuple(places.items()),
    )
    own = {statement.pointer for statement in media.rights}
    article = replace(
        case.article,
        item=item,
        split=SplitText(body="", notices=case.article.split.notices),
        field_notices=(*case.article.field_notices, *(n for n in case.article.media_notices if n.source in own)),
        field_credits=(),
    )
    return replace(case, article=article, kind=kind_of(media))


def _own(statement: RightsStatement) -> RightsStatement:
    """A statement about media, seen from the medium it speaks about."""
    return structs.replace(statement, scope=Scope.ITEM) if statement.scope is Scope.MEDIA else statement


def component(kind: str | None, decision: Decision, media: Media | None = None) -> Component:
    """A decision on a component, in short."""
    return Component(
        kind=kind,
        url=media.url if media else None,
        pointer=media.pointer if media else "",
        credit=media.credit if media else None,
        outcome=decision.outcome,
        reasons=decision.reasons,
        permitted_uses=decision.permitted_uses,
        obligations=decision.obligations,
        expires_at=decision.expires_at,
        contract=decision.contract,
        license=decision.license,
        evidence=decision.evidence if media else (),
    )
