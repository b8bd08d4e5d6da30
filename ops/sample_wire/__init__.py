"""The sample partners' wire: a small local HTTP server that behaves like a real one and moves on with each pull.

Start it with ``PYTHONPATH=ops python -m sample_wire --port 8099 --state DIR``. It binds the loopback address only. The
texts lie under ``stories/``: one folder for each partner, in it ``wire.yaml`` and a folder for each feed, in it one
file for each version of a story (``bridge.md``, then ``bridge.e2.md`` from the feed's second edition on).
"""
