"""A partner, an article and the time of the decision, each changed by keyword."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from newswire.config import Partner
from newswire.model import (
    Article,
    Credit,
    Decision,
    Item,
    LanguageVerdict,
    Notice,
    RightsKind,
    RightsStatement,
    SplitText,
)
from newswire.rights import decide

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def contract(**changed: Any) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "id": "c1",
        "delivery_term": {"from": date(2026, 1, 1), "until": date(2026, 12, 31)},
        "uses": ["store", "analyse", "display"],
        "media": ["text"],
        "languages": ["tr", "en"],
        "territories": {"mode": "worldwide"},
        "obligations": ["attribute"],
    }
    return {**terms, **changed}


def partner(*contracts: dict[str, Any], **changed: Any) -> Partner:
    return Partner.model_validate(
        {
            "slug": "tepe",
            "name": "Tepe Haber Ajansı (TEHA)",
            "aliases": ["Tepe Basın Yayın San. Tic. A.Ş."],
            "timezone": "Europe/Istanbul",
            "feeds": {"main": {"url": "https://tepe.example/rss"}},
            "contracts": contracts,
            **changed,
        }
    )


def spoken(language: str = "tr", method: str = "langdetect", declared: str | None = None) -> LanguageVerdict:
    return LanguageVerdict(language=language, confidence=0.99, method=method, declared=declared)


def notice(*classes: str, text: str = "Words of a notice.", **changed: Any) -> Notice:
    return Notice(text=text, start=100, end=100 + len(text), classes=classes, language="en", **changed)


def statement(kind: RightsKind, value: str, pointer: str = "/rss/item/rights", **changed: Any) -> RightsStatement:
    return RightsStatement(kind=kind, value=value, pointer=pointer, **changed)


def article(
    *notices: Notice,
    language: LanguageVerdict | None = None,
    credits_: tuple = (),
    field_notices: tuple[Notice, ...] = (),
    field_credits: tuple[Credit, ...] = (),
    media_notices: tuple[Notice, ...] = (),
    **item: Any,
) -> Article:
    made = Item(**{"item_id": "s1", "title": "Title", "body": "Body.", "pointer": "/rss/item", **item})
    split = SplitText(body=made.body, credits=credits_, notices=notices)
    return Article(
        item=made,
        split=split,
        language=language or spoken(),
        field_notices=field_notices,
        field_credits=field_credits,
        media_notices=media_notices,
    )


def decided(what: Article, by: Partner | None = None, **changed: Any) -> Decision:
    return decide(what, by or partner(contract()), **{"now": NOW, **changed})
