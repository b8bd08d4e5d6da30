"""The local stack: PostgreSQL, the sample wire and Airflow's parts, started and stopped without Docker or root.

``python -m stack run`` starts whatever does not run yet, ``python -m stack stop`` ends all of it. Everything listens on
the loopback address or on a Unix socket, and everything it keeps lies in one folder, ``.newswire``.
"""
