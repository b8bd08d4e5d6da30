"""One document for every row of the relations: an item that is killed, and names another one."""

from __future__ import annotations

ATOM = "http://www.w3.org/2005/Atom"
TERMS = "http://purl.org/dc/terms/"


def document(format_: str, rel: str, target: str, name: str = "killed") -> bytes:
    """A killed item of a format, with a relation to ``target``."""
    return _MAKERS[format_](rel, target).replace("killed", name).encode()


def _g2(rel: str, target: str) -> str:
    kind = "packageItem" if rel == "member" else "newsItem"
    link = "" if rel in {"member", "tt:refuno"} else f'<link rel="{rel}" residref="{target}"/>'
    content = f'<altId type="{rel}">{target}</altId>' if rel == "tt:refuno" else ""
    group = f'<groupSet><group><itemRef residref="{target}"/></group></groupSet>' if rel == "member" else ""
    meta = f'<itemMeta><pubStatus qcode="stat:canceled"/>{link}</itemMeta>'
    told = f"<contentMeta><headline>Killed</headline>{content}</contentMeta>{group}"
    return f'<{kind} xmlns="http://iptc.org/std/nar/2006-10-01/" guid="killed" version="1">{meta}{told}</{kind}>'


def _newsml1(rel: str, target: str) -> str:
    names = (
        "<ProviderId>p</ProviderId><DateId>20260302</DateId><NewsItemId>killed</NewsItemId><RevisionId>1</RevisionId>"
    )
    element = f'<{rel[:1].upper()}{rel[1:]} NewsItem="{target}"/>' if rel != "member" else ""
    inside = f'<NewsItemRef NewsItem="{target}"/>' if rel == "member" else ""
    management = f'<NewsManagement><Status FormalName="Canceled"/>{element}</NewsManagement>'
    return (
        f"<NewsML><NewsItem><Identification><NewsIdentifier>{names}</NewsIdentifier></Identification>"
        f"{management}<NewsComponent>{inside}</NewsComponent></NewsItem></NewsML>"
    )


def _nitf(rel: str, target: str) -> str:
    name, _, status = rel.partition(":")
    attributes = f'management-doc-idref="{target}"' if name == "management-doc-idref" else ""
    attributes += f' management-idref-status="{status}"' if status else ""
    element = {
        "correction": f'<correction id-string="{target}"/>',
        "du-key": f'<du-key key="{target}"/>',
        "series": f'<series series.name="{target}" series.part="2"/>',
    }.get(name, "")
    docdata = f'<docdata management-status="canceled" {attributes}><doc-id id-string="killed"/>{element}</docdata>'
    headline = "<body.head><hedline><hl1>Killed</hl1></hedline></body.head>"
    return f"<nitf><head>{docdata}</head><body>{headline}</body></nitf>"


def _ninjs(rel: str, target: str) -> str:
    return f'{{"uri": "killed", "headline": "Killed", "pubstatus": "canceled", "{rel}": "{target}"}}'


def _email(rel: str, target: str) -> str:
    return (
        "From: Desk <desk@quay.example>\nMessage-ID: <killed@quay.example>\nMIME-Version: 1.0\n"
        f"{rel.title()}: <{target}>\nSubject: KILL: Quay works\n\nKILL\n\nEditors: kill it.\n"
    )


def _rss(rel: str, target: str) -> str:
    name = rel if ":" in rel else f"dcterms:{rel}"
    told = f"<guid>killed</guid><title>Killed</title><category>kill</category><{name}>{target}</{name}>"
    return f'<rss version="2.0" xmlns:dcterms="{TERMS}"><channel><title>T</title><item>{told}</item></channel></rss>'


def _atom(rel: str, target: str) -> str:
    name = rel if ":" in rel else f"dcterms:{rel}"
    link = f'<link rel="{rel}" href="{target}"/>' if rel in {"via", "related"} else f"<{name}>{target}</{name}>"
    told = f'<id>killed</id><title>Killed</title><updated>2026-03-02T09:00:00Z</updated><category term="kill"/>{link}'
    return f'<feed xmlns="{ATOM}" xmlns:dcterms="{TERMS}"><entry>{told}</entry></feed>'


def _vendor_xml(rel: str, target: str) -> str:
    if rel == "ContainerIDs":
        told = f"<SystemSlug>killed</SystemSlug><TrashFlag>true</TrashFlag><{rel}>{target}</{rel}>"
        return f"<Publish><ContentItem>{told}</ContentItem></Publish>"
    told = f"<NewsID>killed</NewsID><headline>Killed</headline><Annuleret>true</Annuleret><{rel}>{target}</{rel}>"
    return f"<RBNews>{told}</RBNews>"


_MAKERS = {
    "newsml-g2": _g2,
    "newsml-1": _newsml1,
    "nitf": _nitf,
    "ninjs": _ninjs,
    "email": _email,
    "rss": _rss,
    "atom": _atom,
    "vendor_xml": _vendor_xml,
}
