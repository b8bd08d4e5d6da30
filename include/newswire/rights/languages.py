"""Whether languages cover one another."""

from __future__ import annotations

from newswire.rights.tables import LANGUAGE_MEMBERS, LANGUAGE_SAME


def covers(allowed: tuple[str, ...], spoken: str) -> bool | None:
    """Whether languages cover one: by base code, ``ku`` covering ``kmr`` and ``ckb``.

    A script or region counts only where both name one. None where it cannot be told: ``ku`` was found and only some
    of its members are covered.
    """
    base, extra = _parts(spoken)
    bases = set()
    for code in allowed:
        allowed_base, allowed_extra = _parts(code)
        bases.add(allowed_base)
        compatible = extra[: len(allowed_extra)] == allowed_extra[: len(extra)]
        if compatible and (base == allowed_base or base in LANGUAGE_MEMBERS.get(allowed_base, ())):
            return True
    members = set(LANGUAGE_MEMBERS.get(base, ()))
    if members and members <= bases:
        return True
    return None if members & bases else False


def _parts(code: str) -> tuple[str, tuple[str, ...]]:
    base, *extra = code.lower().replace("_", "-").split("-")
    return LANGUAGE_SAME.get(base, base), tuple(extra)
