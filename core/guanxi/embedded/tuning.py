"""The settings of the embedded PostgreSQL, written on every start so that they persist.

An installation overrides single ones in ``postgres/data/local.conf``.
"""

from pathlib import Path

FILE = "guanxi.conf"

_SETTINGS: dict[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # Twenty plugins with some tables each are locked together by a backup.
    "max_locks_per_transaction": "256",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "wal_compression": "on",
    "wal_buffers": "16MB",
    "min_wal_size": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    # Pages run short queries: compiling them costs more than it saves.
    "jit": "off",
    "random_page_cost": "1.1",
    "autovacuum_naptime": "20s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and key values may hold personal data; the application logs its own errors.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}

_NOT_DURABLE: dict[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}


def write_settings(data: Path, *, durable: bool) -> None:
    """Write the settings into ``data`` and have PostgreSQL's own file include them.

    ``durable=False`` gives up safety against a power cut, for throw-away test servers.
    """
    settings = _SETTINGS if durable else _SETTINGS | _NOT_DURABLE
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    (data / FILE).write_text("\n".join(lines) + "\n", "utf-8")
    main = data / "postgresql.conf"
    include = f"include = '{FILE}'\ninclude_if_exists = 'local.conf'\n"
    if include not in main.read_text("utf-8"):
        with main.open("a", encoding="utf-8") as file:
            file.write(include)
