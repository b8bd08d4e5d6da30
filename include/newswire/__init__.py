"""Rights-aware news syndication: pull wire feeds, decide rights with evidence, keep a lake that BI can trust.

The library knows no Airflow. Imports point one way (``tests/test_architecture.py`` holds it):
``pipeline`` → ``transport formats text language rights quality lake ledger`` → ``schema config model`` → ``errors``.
"""

__version__ = "0.1.0"
