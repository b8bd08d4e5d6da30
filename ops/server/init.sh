#!/bin/sh
# Brings both databases up to date; every other service waits for its success.
set -eu

airflow db migrate
exec python -c 'import os; from newswire.ledger import migrate; migrate(os.environ["NEWSWIRE_DATABASE_URL"])'
