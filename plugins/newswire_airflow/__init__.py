"""newswire in Airflow: the library's steps as tasks. Everything that imports Airflow lives here or under ``dags/``."""
