"""The core's permissions and who has them at first."""

from guanxi.access.permissions import BUILT_IN_ROLES, CORE_PERMISSIONS
from reference_pages.markdown import table, whole_page

INTRODUCTION = """
A permission says what somebody may do; the scope of a role says with whose customers. Every page
and every operation of the API names the one that it needs. A plugin adds permissions of its own
under its name. Which role has which is changed in the web under **Users and roles** (用户与角色).
""".strip()

ROLES = """
## Roles at first

These exist from the start. An admin may change them and add others.
""".strip()

SCOPES = {
    "own": "customers that one looks after oneself",
    "team": "also those of the members of one's teams",
    "all": "all customers",
}


def page() -> str:
    """Return the page."""
    return whole_page("Permissions", INTRODUCTION, _permissions(), ROLES, _roles(), _grants())


def _permissions() -> str:
    rows = [(f"`{p.name}`", p.title.en, p.title.zh) for p in CORE_PERMISSIONS]
    return table(("permission", "what it allows", "含义"), rows)


def _roles() -> str:
    rows = [(f"`{r.name}`", r.title.en, r.title.zh, SCOPES[r.scope]) for r in BUILT_IN_ROLES]
    return table(("role", "title", "名称", "sees"), rows)


def _grants() -> str:
    rows = [
        [f"`{p.name}`", *("✓" if p.name in role.permissions else "" for role in BUILT_IN_ROLES)]
        for p in CORE_PERMISSIONS
    ]
    return table(("permission", *(role.title.en for role in BUILT_IN_ROLES)), rows)
