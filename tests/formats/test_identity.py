"""Naming entries: no two different stories silently share a name."""

from __future__ import annotations

from newswire.model import Refusal, Status


def entries(read, raw, **settings):
    return [(e.item_id, e.id_source, e.flags) for e in read(raw, **settings).entries]


def test_guid_then_link_then_content(rss, read):
    """Each entry takes the first field it has; the missing ones are flagged."""
    items = "<item><guid>g</guid><title>a</title></item><item><guid> </guid><link>https://x.example/b</link><title>b</title></item><item><title>c</title></item>"
    first, second, third = entries(read, rss(items))
    assert first == ("g", "guid", ())
    assert second == ("https://x.example/b", "link", ("guid_missing",))
    assert third[0].startswith("sha256:")
    assert third[1:] == ("content", ("guid_missing", "link_missing"))


def test_reused_guid_falls_back_for_every_story(rss, read):
    """A guid on two different stories names neither; both fall back to their links, flagged."""
    items = "".join(
        f"<item><guid isPermaLink='false'>g</guid><title>{n}</title><link>https://x.example/{n}</link></item>"
        for n in "ab"
    )
    assert entries(read, rss(items)) == [
        ("https://x.example/a", "link", ("guid_reused",)),
        ("https://x.example/b", "link", ("guid_reused",)),
    ]


def test_reused_guid_and_link_fall_back_to_content(rss, read):
    """Where the link is reused too, the words name the story."""
    items = "".join(f"<item><guid>https://x.example/</guid><title>{n}</title></item>" for n in "ab")
    found = entries(read, rss(items))
    assert {source for _, source, _ in found} == {"content"}
    assert len({name for name, _, _ in found}) == 2
    assert found[0][2] == ("guid_reused", "link_reused")


def test_one_entrys_link_is_not_anothers_guid(rss, read):
    """A link that equals another story's guid does not join the two."""
    items = "<item><title>a</title><link>https://x.example/1</link></item><item><title>b</title><guid>https://x.example/1</guid></item>"
    assert len({name for name, _, _ in entries(read, rss(items))}) == 2


def test_two_versions_of_one_story_share_its_guid(rss, atom, read):
    """Same guid, link and title (RSS), or same id and another `updated` (Atom): one story, kept and flagged."""
    items = "".join(f"<item><guid>g</guid><title>t</title><description>{n}</description></item>" for n in "ab")
    assert {(name, flags) for name, _, flags in entries(read, rss(items))} == {("g", ("guid_repeated",))}
    versions = "".join(
        f"<entry><id>i</id><title>{n}</title><updated>2026-11-0{n}T00:00:00Z</updated></entry>" for n in "12"
    )
    assert {name for name, _, _ in entries(read, atom(versions))} == {"i"}


def test_identical_entries_are_not_flagged(rss, read):
    """The same entry twice is a duplicate, not a reused guid."""
    assert entries(read, rss("<item><guid>g</guid><title>t</title></item>" * 2)) == [("g", "guid", ())] * 2


def test_withdrawal_keeps_the_name_it_hits(atom, read):
    """A tombstone keeps its ref even where the same feed still carries the entry."""
    feed = "<entry><id>i</id><title>t</title></entry><at:deleted-entry ref='i' when='2026-11-03T00:00:00Z'/>"
    live, gone = read(atom(feed)).entries
    assert (live.item_id, gone.item_id, gone.status) == ("i", "i", Status.DELETED)


def test_policy_without_content_vouches_for_the_field(rss, read):
    """With the policy guid alone, a reused guid is kept and flagged, and a missing one is a refusal."""
    items = (
        "<item><guid>g</guid><title>a</title></item>"
        "<item><guid>g</guid><title>b</title></item><item><title>c</title></item>"
    )
    parsed = read(rss(items), identity=("guid",))
    assert [e.item_id for e in parsed.entries[:2]] == ["g", "g"]
    assert all("guid_reused" in e.flags for e in parsed.entries[:2])
    assert isinstance(parsed.entries[2], Refusal)
    assert parsed.entries[2].reason == "no_identity"


def test_links_are_web_pages_only(rss, read):
    """Only http(s) links are pages to follow, resolved against the document."""
    items = "<item><title>a</title><link>/a</link></item><item><title>b</title><link>javascript:x()</link></item><item><title>c</title><link>http://[bad</link></item>"
    assert read(rss(items)).links == ("https://wire.example/a", None, None)


def test_a_file_names_its_only_story(rss, read):
    """The name of a file counts where the policy asks for it; two stories in one file cannot both bear it."""
    policy = {"url": "sftp://x.example/out/quay-7.xml", "identity": ("file", "content")}
    assert entries(read, rss("<item><title>a</title></item>"), **policy) == [("quay-7.xml", "file", ())]
    found = entries(read, rss("<item><title>a</title></item><item><title>b</title></item>"), **policy)
    assert {(source, flags) for _, source, flags in found} == {("content", ("file_reused",))}


def test_an_entry_that_says_nothing_is_flagged(rss, read):
    """An entry with neither words nor media has a name and a flag, whatever its format."""
    item, other = read(rss("<item><guid>g</guid></item><item><guid>h</guid><title>t</title></item>")).entries
    assert (item.flags, other.flags) == (("no_text",), ())


LONG = "".join(f"{number:x}" for number in range(600, 1400))  # over 2,000 characters that do not repeat


def test_a_name_too_long_to_look_up_is_refused_alone(rss, read):
    """A guid that fits into no index sets its own entry aside; of its length in bytes, not in letters."""
    items = "".join(f"<item><guid>{name}</guid><title>{name[:3]}</title></item>" for name in (LONG, "ş" * 1001, "g"))
    too_long, wide, whole = read(rss(items)).entries
    assert isinstance(too_long, Refusal)
    assert (too_long.reason, too_long.pointer) == ("name_too_long", "/rss/channel/item[1]")
    assert wide.reason == "name_too_long"
    assert whole.item_id == "g"
    version = f'{{"uri": "urn:n", "version": "{LONG}", "headline": "h", "body_text": "words"}}'
    assert read(version.encode()).entries[0].reason == "name_too_long"


def test_links_and_slugs_too_long_to_look_up_are_left_out(rss, read):
    """The story is read without them, flagged."""
    item = f"<item><guid>g</guid><title>t</title><link>https://x.example/{LONG}</link></item>"
    [found] = read(rss(item)).entries
    assert (found.item_id, found.source_url, found.flags) == ("g", None, ("names_left_out",))
    slug = f'{{"uri": "urn:n", "slugline": "{LONG}", "headline": "h", "body_text": "words"}}'
    [found] = read(slug.encode()).entries
    assert (found.slug, "names_left_out" in found.flags) == (None, True)
