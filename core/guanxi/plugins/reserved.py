"""Names that no plugin may have, because the core's tables, addresses or commands begin with them.

A test compares the list with the tables and the routes that there are.
"""

import re

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST = 30
"""Characters; ``alembic_version_<name>`` must stay below PostgreSQL's 63."""

# fmt: off
RESERVED = frozenset({
    "about", "account", "accounts", "admin", "alembic", "api", "app", "apps", "assets",
    "attribute", "attributes", "audit", "auth", "backup", "bench", "bulk", "channel",
    "channels", "check", "cli", "command", "commands", "comment", "comments", "config",
    "contract", "core", "custom", "customer", "customers", "dashboard", "data", "db",
    "debug", "delivery", "demo", "dev", "docs", "doctor", "domain", "domains", "duplicate",
    "duplicates", "embedded", "erasure", "erasures", "error", "errors", "event", "events",
    "export", "exports", "extension", "extensions", "field", "fields", "file", "files",
    "generation", "grants", "guanxi", "health", "healthz", "help", "home", "hook", "hooks",
    "http", "idempotency", "idempotent", "import", "imports", "init", "install", "job",
    "jobs", "language", "lease", "links", "locale", "lock", "log", "login", "logout",
    "mail", "message", "messages", "metrics", "migrate", "migration", "migrations", "new",
    "notification", "notifications", "oauth", "one", "openapi", "outbox", "partition",
    "permission", "permissions", "pg", "platform", "plugin", "plugins", "postgres",
    "preferences", "prepare", "preset", "presets", "privacy", "process", "processes",
    "procrastinate", "profile", "public", "queue", "readyz", "record", "recovery", "replay",
    "reset", "restore", "retention", "reward", "rewards", "role", "roles", "run", "saved",
    "schema", "search", "secret", "secrets", "seed", "serve", "session", "sessions",
    "setting", "settings", "setup", "shell", "sign", "signin", "signout", "start", "state",
    "static", "stats", "status", "stop", "sys", "system", "table", "tag", "tags", "task",
    "tasks", "team", "teams", "template", "templates", "test", "tests", "theme", "timeline",
    "token", "tokens", "totp", "touchpoint", "touchpoints", "tour", "translations", "try",
    "undo", "unsubscribe", "upgrade", "user", "users", "version", "view", "views",
    "vocabulary", "wait", "web", "webhook", "webhooks", "work", "worker",
})
# fmt: on


def overlaps_core(name: str) -> bool:
    """Say whether tables or routes under ``name`` could be taken for the core's own."""
    return name in RESERVED or name.partition("_")[0] in RESERVED
