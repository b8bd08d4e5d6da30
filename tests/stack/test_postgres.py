"""The system user that root lends to PostgreSQL."""

from __future__ import annotations

from stack import postgres


def test_a_root_without_system_folders_in_its_path_creates_the_user(tmp_path, monkeypatch):
    """Plain ``su`` keeps a user's PATH, which lacks ``/usr/sbin``; the user of PostgreSQL is created all the same."""
    said = tmp_path / "said"
    program = tmp_path / "useradd"
    program.write_text(f'#!/bin/sh\necho "$@" > {said}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(postgres, "SYSTEM_PROGRAMS", (str(tmp_path),))
    postgres.ensure_user("newswire-nobody")
    assert said.read_text().split()[-1] == "newswire-nobody"
