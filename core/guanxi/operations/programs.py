"""PostgreSQL's own programs: the embedded server's, which fit every version we support."""

from guanxi.embedded.binaries import program


def postgres_program(name: str) -> str:
    """Return the path of a program such as ``pg_dump``."""
    return str(program(name))
