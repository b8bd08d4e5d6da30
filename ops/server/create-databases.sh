#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: one database for Airflow and one for newswire, each with its owner.
set -eu

for name in airflow newswire; do
    case $name in
        airflow) password=$AIRFLOW_DATABASE_PASSWORD ;;
        newswire) password=$NEWSWIRE_DATABASE_PASSWORD ;;
    esac
    psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
        --set name="$name" --set password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
SQL
done
