"""The pipeline: joins transport, formats, text, language, rights, quality, lake and ledger into four steps.

``pull`` → ``refine`` → ``validate`` → ``publish``. Each step ends only where bytes are durable and hands the next one
a small receipt.
"""
