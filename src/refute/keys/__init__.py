"""Answer keys: read into statements, linked to claims, their code checked."""
