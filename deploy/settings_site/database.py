"""The site's own small database: one file, nobody else's. Next stop: visits.py, settings.py."""

import sqlite3
from pathlib import Path

TABLES = """
CREATE TABLE IF NOT EXISTS visit (
    token_hash BLOB PRIMARY KEY, sid TEXT NOT NULL, sub TEXT NOT NULL, name TEXT NOT NULL, company TEXT NOT NULL,
    contract_id TEXT NOT NULL, contract_number TEXT NOT NULL, service TEXT NOT NULL, language TEXT, csrf TEXT NOT NULL,
    access_token TEXT NOT NULL, id_token TEXT NOT NULL, begun_at REAL NOT NULL, seen_at REAL NOT NULL,
    asked_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS visit_of_session ON visit (sid);
CREATE TABLE IF NOT EXISTS ended (sid TEXT PRIMARY KEY, how TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS extension (
    contract_id TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (contract_id, number));
CREATE TABLE IF NOT EXISTS outside_number (
    contract_id TEXT NOT NULL, number TEXT NOT NULL, extension TEXT, PRIMARY KEY (contract_id, number));
CREATE TABLE IF NOT EXISTS forwarding (
    contract_id TEXT NOT NULL, extension TEXT NOT NULL, rule TEXT NOT NULL, target TEXT NOT NULL,
    PRIMARY KEY (contract_id, extension));
"""


def open_database(file: Path) -> sqlite3.Connection:
    """Return the database with its tables, made where they are missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(TABLES)
    return connection
