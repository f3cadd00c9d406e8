"""Who sees which row, said once more in plain Python, and a random country to ask it about.

The model knows nothing of SQL: sets, loops and clear times. PostgreSQL must show the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

# Capability → kinds of organisation that may hold it (sec.grant_fits).
HOLDERS = {
    "watch": ("soc",),
    "desk": ("call_centre",),
    "office": ("office",),
    "job": ("vendor",),
    "job_offer": ("vendor",),
    "claim": ("insurer",),
    "breakglass": ("platform",),
}
ABOUT = ("job", "job_offer", "claim")  # capabilities that are about one job or claim of the firm
PARTNERS = ("soc", "soc", "call_centre", "call_centre", "office", "office", "platform", "vendor", "vendor", "insurer")
GLASS = ((-0.05, 0.05), (-0.05, 0.05), (-0.1, -0.01), (0.01, 0.1))  # a glass is broken for four hours at most
ROLES = ("owner", "member", "read_only")
WRITERS = ("owner", "member")
# Table → capabilities that open its rows for reading, and for changing; rows are firms' (docs/access.toml).
BY_FIRM: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "alerts_alertgroup": (("watch", "desk", "breakglass"), ("watch",)),
    "sensors_sensor": (("watch", "desk", "breakglass"), ("firm", "watch", "desk")),
    "incidents_incident": (("watch", "desk", "breakglass"), ("watch", "desk")),
    "incidents_case": (("watch", "desk", "breakglass"), ("desk",)),
    "incidents_job": (("desk", "breakglass"), ("firm", "desk")),
    "insurance_claim": (("desk", "breakglass"), ("firm", "desk")),
}


@dataclass(frozen=True)
class Membership:
    """A person belongs to an organisation from `since` until `until` (None: open), in days from now."""

    user: int
    organisation: int
    role: str
    since: float
    until: float | None


@dataclass(frozen=True)
class Grant:
    """An organisation may see a firm in a capability, for a time, in days from now."""

    holder: int
    firm: int
    capability: str
    subject: int | None
    since: float
    until: float | None


@dataclass(frozen=True)
class Token:
    """A program reads for an organisation."""

    organisation: int
    secret: str
    expires: float
    revoked: bool


@dataclass(frozen=True)
class Actor:
    """Who asks: a person acting for an organisation, a token, or a piece of background work for a firm."""

    user: int | None = None
    organisation: int | None = None
    token: Token | None = None
    task: int | None = None


@dataclass
class Country:
    """Organisations by id → kind; offices' programmes; who belongs where; who may see whom; rows by table."""

    kinds: dict[int, str] = field(default_factory=dict)
    programmes: dict[int, int] = field(default_factory=dict)  # programme → its office
    partners: set[tuple[int, int]] = field(default_factory=set)  # (programme, organisation)
    memberships: list[Membership] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    rows: dict[str, dict[int, int]] = field(default_factory=dict)  # table → row → its firm (or office)
    insurers: dict[int, int] = field(default_factory=dict)  # claim → its insurer
    handed_over: set[int] = field(default_factory=set)  # jobs the desk has given to the office
    users: range = range(0)

    def of_kind(self, *kinds: str) -> list[int]:
        """The organisations of these kinds."""
        return [pk for pk, kind in self.kinds.items() if kind in kinds]


def country_make(seed: int) -> Country:
    """A country drawn by chance: twelve firms, partners of every kind, grants that hold, ended or have not begun."""
    chance, made = Random(seed), Country()
    ids = iter(range(1000, 10_000))
    made.kinds = {next(ids): "sme" for _ in range(12)} | {next(ids): kind for kind in PARTNERS}
    made.programmes = {next(ids): office for office in made.of_kind("office")}
    made.partners = {
        (programme, organisation)
        for programme in made.programmes
        for organisation in made.of_kind("soc", "call_centre", "vendor", "insurer")
        if chance.random() < 0.6
    }
    made.users = range(2000, 2030)
    taken = set()
    for _ in range(45):
        user, organisation = chance.choice(made.users), chance.choice([*made.kinds])
        if (user, organisation) not in taken:
            taken.add((user, organisation))
            made.memberships.append(Membership(user, organisation, chance.choice(ROLES), *_time(chance)))
    firms = made.of_kind("sme")
    made.rows = {table: {next(ids): chance.choice(firms) for _ in range(24)} for table in BY_FIRM}
    for office in made.of_kind("office"):  # callers whose firm nobody knows stand under the programme's office
        made.rows["incidents_case"] |= {next(ids): office for _ in range(3)}
    made.insurers = {claim: chance.choice(made.of_kind("insurer")) for claim in made.rows["insurance_claim"]}
    made.handed_over = {job for job in made.rows["incidents_job"] if chance.random() < 0.4}
    for _ in range(90):
        _grant(made, chance)
    for organisation in chance.sample([*made.kinds], 8):
        made.tokens.append(Token(organisation, f"{seed}-{organisation}", chance.choice((-1, 5)), chance.random() < 0.2))
    return made


def _grant(made: Country, chance: Random) -> None:
    capability = chance.choice([*HOLDERS])
    holder, firm = chance.choice(made.of_kind(*HOLDERS[capability])), chance.choice(made.of_kind("sme"))
    subject = None
    if capability in ABOUT:
        table = "insurance_claim" if capability == "claim" else "incidents_job"
        # Now and then about a row of another firm: the grant must not open it.
        of_firm = [pk for pk, owner in made.rows[table].items() if owner == firm or chance.random() < 0.05]
        if not of_firm:
            return
        subject = chance.choice(of_firm)
    time = chance.choice(GLASS) if capability == "breakglass" else _time(chance)
    drawn = Grant(holder, firm, capability, subject, *time)
    same = (drawn.holder, drawn.firm, drawn.capability, drawn.subject)
    if all((g.holder, g.firm, g.capability, g.subject) != same for g in made.grants):
        made.grants.append(drawn)


def _time(chance: Random) -> tuple[float, float | None]:
    """Mostly holding now, some ended, some not begun."""
    return chance.choice([(-9.0, None), (-9.0, 9.0), (-9.0, None), (-9.0, -1.0), (3.0, None), (-1.0, 0.5)])


def _holds(since: float, until: float | None) -> bool:
    return since <= 0 and (until is None or until > 0)


def acting_for(country: Country, actor: Actor, roles: tuple[str, ...]) -> int | None:
    """The organisation an actor acts for, when its membership in one of the roles, or its token, holds now."""
    if actor.token is not None:
        alive = actor.token.expires > 0 and not actor.token.revoked
        return actor.token.organisation if alive and "token" in roles else None
    for membership in country.memberships:
        same = (membership.user, membership.organisation) == (actor.user, actor.organisation)
        if same and membership.role in roles and _holds(membership.since, membership.until):
            return membership.organisation
    return None


def seen(country: Country, actor: Actor, table: str, *, to_change: bool = False) -> set[int]:
    """The rows of a table that an actor may read, or change."""
    capabilities = BY_FIRM[table][1 if to_change else 0]
    roles = WRITERS if to_change else (*ROLES, "token")
    if actor.task is not None:
        return {row for row, firm in country.rows[table].items() if firm == actor.task}
    place = acting_for(country, actor, roles)
    person = acting_for(country, actor, WRITERS if to_change else ROLES)
    return {
        row
        for row, firm in country.rows[table].items()
        if _own(country, place, firm, to_change, capabilities)
        or _granted(country, actor, place, firm, capabilities)
        or _by_subject(country, person, table, row, firm)
        or (table == "incidents_case" and _at_own_desk(country, person, firm))
    }


def _own(country: Country, place: int | None, firm: int, to_change: bool, capabilities: tuple[str, ...]) -> bool:
    if to_change and "firm" not in capabilities:
        return False
    return place == firm and country.kinds[firm] == "sme"


def _granted(country: Country, actor: Actor, place: int | None, firm: int, capabilities: tuple[str, ...]) -> bool:
    return any(
        grant.holder == place
        and grant.firm == firm
        and grant.capability in capabilities
        and not (grant.capability == "breakglass" and actor.token is not None)
        for grant in country.grants
        if _holds(grant.since, grant.until)
    )


def _by_subject(country: Country, place: int | None, table: str, row: int, firm: int) -> bool:
    """A vendor by its job, the office by a job handed to it, an insurer by its claim."""
    mine = [
        grant
        for grant in country.grants
        if grant.holder == place and grant.firm == firm and _holds(grant.since, grant.until)
    ]
    if table == "incidents_job":
        of_job = any(grant.capability == "job" and grant.subject == row for grant in mine)
        return of_job or (row in country.handed_over and any(grant.capability == "office" for grant in mine))
    if table == "insurance_claim":
        of_claim = any(grant.capability == "claim" and grant.subject == row for grant in mine)
        return of_claim and country.insurers[row] == place
    return False


def _at_own_desk(country: Country, place: int | None, office: int) -> bool:
    """Rows of callers whose firm nobody knows: for the call centres of the office's programmes."""
    if place is None or country.kinds[place] != "call_centre":
        return False
    return any((programme, place) in country.partners for programme, of in country.programmes.items() if of == office)


def actors(country: Country) -> list[Actor]:
    """Everybody who has something to do with it, acting for their own and for other organisations, and nobody."""
    people = [Actor(membership.user, membership.organisation) for membership in country.memberships]
    elsewhere = [Actor(membership.user, membership.organisation + 1) for membership in country.memberships[::5]]
    programs = [Actor(token=token, organisation=token.organisation) for token in country.tokens]
    tasks = [Actor(task=firm) for firm in country.of_kind("sme")[:3]]
    return [*people, *elsewhere, *programs, *tasks, Actor(), Actor(user=country.users[0])]


def settings_of(actor: Actor) -> dict[str, Any]:
    """The settings that a scope of the application would open (tenants.tenancy.scope)."""
    return {
        "otasuke.tenant": actor.task,
        "otasuke.user": actor.user,
        "otasuke.organisation": actor.organisation,
        "otasuke.token": actor.token.secret if actor.token else None,
    }
