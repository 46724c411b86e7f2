"""Which plugins are installed: read from the metadata of distributions, nothing is imported.

A plugin is a distribution with an entry point in the group ``guanxi.plugins``, as in
``hello = guanxi_hello:PLUGIN``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata

import structlog
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

import guanxi
from guanxi.i18n import N_
from guanxi.plugins.problems import Problem

GROUP = "guanxi.plugins"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """An installed plugin as its metadata describes it."""

    name: str
    distribution: str
    version: str
    summary: str
    requires_dist: tuple[str, ...]
    entry_point: metadata.EntryPoint


def find_plugins(path: Sequence[str] | None = None) -> tuple[Found, ...]:
    """Return all installed plugins by name, then distribution; a name may occur twice.

    :param path: the folders to look in; ``sys.path`` by default.
    """
    found = {entry for distribution in _first_of_each(path) for entry in _read(distribution)}
    return tuple(sorted(found, key=lambda entry: (entry.name, entry.distribution)))


def requirement_problem(found: Found) -> Problem | None:
    """Say which required package is missing or has the wrong version, without importing any."""
    for requirement in _requirements(found):
        installed = _installed_version(requirement.name)
        if installed is None:
            return Problem(
                N_("It needs the package %(package)s, which is not installed."),
                N_("Run: pip install '%(package)s', then restart Guanxi."),
                {"package": _bare(requirement)},
            )
        if not _fits(requirement, installed):
            return Problem(
                N_("It needs the package %(package)s, but version %(installed)s is installed."),
                N_("Run: pip install --upgrade '%(package)s', then restart Guanxi."),
                {"package": _bare(requirement), "installed": installed},
            )
    return None


def _first_of_each(path: Sequence[str] | None) -> Iterator[metadata.Distribution]:
    """Return those that may bring plugins.

    Of two copies of a distribution the one earlier on the path counts, as for imports. Only what
    has an entry point of ours is read further: there are hundreds of distributions.
    """
    named = {_field(one, "Name"): one for one in _installed(path) if _brings(one)}
    for name, one in named.items():
        if name:
            yield next(iter(_installed(path, name)), one)


def _installed(
    path: Sequence[str] | None, name: str | None = None
) -> Iterable[metadata.Distribution]:
    where = {"path": list(path)} if path else {}
    context = metadata.DistributionFinder.Context(name=name, **where)
    return metadata.distributions(context=context)


def _brings(distribution: metadata.Distribution) -> bool:
    try:
        return any(point.group == GROUP for point in distribution.entry_points)
    except Exception:
        log.exception("plugin.metadata_unreadable", distribution=_field(distribution, "Name"))
        return False


def _read(distribution: metadata.Distribution) -> list[Found]:
    name = _field(distribution, "Name")
    return [
        Found(
            name=point.name,
            distribution=name,
            version=distribution.version,
            summary=_field(distribution, "Summary"),
            requires_dist=tuple(distribution.requires or ()),
            entry_point=point,
        )
        for point in distribution.entry_points
        if point.group == GROUP
    ]


def _field(distribution: metadata.Distribution, name: str) -> str:
    """Return a field that broken metadata may lack; asking for it by index is deprecated then."""
    return next(iter(distribution.metadata.get_all(name) or ()), "")


def _requirements(found: Found) -> Iterator[Requirement]:
    for text in found.requires_dist:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            log.warning("plugin.requirement_unreadable", plugin=found.name, requirement=text)
            continue
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement


def _installed_version(name: str) -> str | None:
    if canonicalize_name(name) == "guanxi":
        return guanxi.__version__
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _fits(requirement: Requirement, installed: str) -> bool:
    try:
        return requirement.specifier.contains(Version(installed), prereleases=True)
    except InvalidVersion:
        return True


def _bare(requirement: Requirement) -> str:
    return f"{requirement.name}{requirement.specifier}"
