"""Commands on what changes over time: ``sweep``, ``explain``, ``views``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from newswire.cli.common import Arguments, Commands, add, database, item, needed, show
from newswire.config import Partner, Settings, load_partner, load_partners
from newswire.errors import ConfigError
from newswire.lake.layout import ARTICLES, DECISIONS, Layout
from newswire.lake.views import views as views_of


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    command = add(commands, "sweep", sweep, "sweep --what-if drafts/ilkha.yaml")
    command.add_argument("--partner", help="sweep this partner alone, or with --what-if whose file it would be")
    command.add_argument(
        "--what-if", metavar="FILE", type=Path, help="list what this partner file would change, and change nothing"
    )
    command = add(commands, "explain", explain, "explain ilkha:0f1e2d3c4b5a6978")
    item(command)
    add(commands, "views", views, "views > views.sql")


def sweep(arguments: Arguments) -> int:
    """Release, withdraw and finish what is due; or list what another partner file would change."""
    from newswire.pipeline.sweep import sweep_all, sweep_these  # noqa: PLC0415 - the offline commands need none of it
    from newswire.pipeline.work import Workplace  # noqa: PLC0415

    settings = replace(Settings.from_environment(), database_url=database())
    if arguments.what_if is not None:
        from newswire.pipeline.whatif import what_if  # noqa: PLC0415

        draft = _drafted(arguments)
        found = what_if(Workplace.of(draft, settings))
        if not found.stories and not (settings.partners / f"{draft.slug}.yaml").exists():
            msg = f"{draft.slug} has neither a file in {settings.partners} nor a story in the ledger."
            raise ConfigError(msg, reason="unknown_partner", remedy="Name its partner with --partner.")
        show(found)
        return 0
    if arguments.partner:
        result = sweep_these([needed(arguments.partner)], settings)
    else:
        result = sweep_all(*load_partners(settings.partners), settings)
    show(result)
    return int(bool(result.failed))


def _drafted(arguments: Arguments) -> Partner:
    path: Path = arguments.what_if
    if not path.is_file():
        msg = f"There is no file {path}."
        raise ConfigError(msg, reason="unreadable", remedy="Name a partner file; its name is the partner's slug.")
    partner = load_partner(path)
    return partner.model_copy(update={"slug": arguments.partner or partner.slug})


def explain(arguments: Arguments) -> int:
    """Tell the life of one item, from payload to now."""
    from newswire.pipeline.explain import explain as tell  # noqa: PLC0415

    layout = Layout.at(Settings.from_environment().lake)
    show(tell(layout, database(), arguments.item, partner=arguments.partner))
    return 0


def views(_: Arguments) -> int:
    """Print DuckDB's SQL for views that lose a row, and a part of one, at the moment it expires."""
    layout = Layout.at(Settings.from_environment().lake)
    if not all(any(layout.partitions(dataset)) for dataset in (ARTICLES, DECISIONS)):
        msg = f"Nothing is published in {layout.store.url} yet, and DuckDB makes no view of no files."
        raise ConfigError(
            msg, reason="nothing_published", remedy="Run a partner first (`make run`), or set NEWSWIRE_LAKE."
        )
    print(views_of(layout), end="")
    return 0
