"""Functions of schema sec and constraints of tables, one by one in a scene made for it: what they keep out, what not.

Each scene is played in a transaction that leaves nothing, over the world and the rows of sentences_scene.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2

from tests.access.rows import Case, Invalid
from tests.access.sentences_scene import scene_make
from tests.access.world import World, secret_of, superuser


@dataclass(frozen=True)
class Scene:
    """`who` does `call` after `before` has happened; `answer`: the rows it gets, or the code of its error.

    `function`: what is asked about; a table stands for its constraints. `who`: a role's name; "former in soc": that
    person, acting for that organisation; "platform's own": PostgreSQL.
    `then`: what stands in the database afterwards; `answer` is then (rows, rows afterwards).
    """

    function: str
    who: str
    call: str
    answer: Any
    before: str = ""
    then: str = ""


def played(
    function: str, who: str, call: str, answer: Any, *others: tuple[str, Any], before: str = "", then: str = ""
) -> list[Scene]:
    """One scene, and the same after something else happened (`others`: what, and the answer then)."""
    first = Scene(function, who, call, answer, before, then)
    return [first, *(Scene(function, who, call, other, f"{before};{what}", then) for what, other in others)]


def asked_by(function: str, call: str, answers: dict[str, Any], before: str = "", then: str = "") -> list[Scene]:
    """The same asked by several."""
    return [Scene(function, who, call, answer, before, then) for who, answer in answers.items()]


def scenes_check(world: World, functions: Collection[str] | None = None) -> Iterator[Case]:
    """Every scene about the named functions and tables (all)."""
    from tests.access.scenes_of_callers import CALLED
    from tests.access.scenes_of_constraints import HELD, KEPT, POWERS
    from tests.access.scenes_of_detections import DETECTED
    from tests.access.scenes_of_figures import FIGURES
    from tests.access.scenes_of_founding import FOUNDING
    from tests.access.scenes_of_help import HELP
    from tests.access.scenes_of_papers import PAPERS
    from tests.access.scenes_of_past import COVER, PAST
    from tests.access.scenes_of_people import PEOPLE
    from tests.access.scenes_of_reports import REPORTED
    from tests.access.scenes_of_tuning import TUNINGS_READ, VENDORS_SAY
    from tests.access.scenes_of_words import FOUND_BY_WORDS

    scenes = (
        *(*PEOPLE, *HELP, *CALLED, *FIGURES, *PAPERS, *PAST, *COVER, *HELD, *KEPT, *POWERS, *FOUND_BY_WORDS),
        *FOUNDING,
        *TUNINGS_READ,
        *VENDORS_SAY,
        *REPORTED,
        *DETECTED,
    )
    wanted = [scene for scene in scenes if functions is None or scene.function in functions]
    if not wanted:
        return
    server = superuser()
    try:
        with server.cursor() as cursor:
            words = _words(cursor, world)
            cursor.execute("SAVEPOINT world")
            for scene in wanted:
                observed = _played(cursor, scene, world, words)
                cursor.execute("ROLLBACK TO SAVEPOINT world")
                answertion = f"{scene.call} {('after ' + scene.before) if scene.before else ''}"
                yield Case(f"sec.{scene.function}", scene.who, answertion, "", scene.answer, observed)
    finally:
        server.rollback()
        server.close()


def _words(cursor: Any, world: World) -> dict[str, Any]:
    """What the scenes are filled with: people u_soc_owner, organisations o_soc, firms f_expired, things by name."""
    words = scene_make(cursor, world) | world.things["assigned"]
    words["foreign"], words["expired"] = world.things["foreign"], world.things["expired"]
    for role in (*world.roles, *world.spare):
        name = role.name.replace(":", "_")
        words |= {f"u_{name}": role.user_id, f"o_{role.kind}" if role.inside else f"o_{name}": role.organisation_id}
    words |= {f"f_{name}": firm for name, firm in world.firms.items()}
    words |= {f"m_{name.replace(':', '_')}": number for name, number in world.memberships.items()}
    for name in ("assigned", "foreign", "firm-revoked", "firm-expired"):
        words[f"token_{name.removeprefix('firm-')}"] = f"'\\x{hashlib.sha256(secret_of(name).encode()).hexdigest()}'"
    return words


def _played(cursor: Any, scene: Scene, world: World, words: dict[str, Any]) -> Any:
    for sql in scene.before.split(";"):
        if sql.strip():
            try:
                cursor.execute(sql.format_map(words))
            except psycopg2.Error as error:
                return f"the scene cannot be made: {error}"
    cursor.execute("SET LOCAL session_replication_role = origin")
    person, _, place = scene.who.partition(" in ")
    if scene.who != "platform's own":
        _become(cursor, person, place, world)
    try:
        cursor.execute(scene.call.format_map(words))
        rows: Any = _rows(cursor)
    except psycopg2.Error as error:
        code = error.pgcode or "?"
        if code.startswith("42") and code != "42501":
            raise Invalid(f"{scene.call[:200]}: {error}") from error
        return code
    if scene.then:
        cursor.execute("RESET ROLE")
        cursor.execute(scene.then.format_map(words))
        return rows, _rows(cursor)
    return rows


def _become(cursor: Any, person: str, place: str, world: World) -> None:
    roles = {role.name: role for role in (*world.roles, *world.spare)}
    role = roles[person]
    acting = roles[f"{place}:owner"].organisation_id if place else role.organisation_id
    token = secret_of(person.removeprefix("token:")) if role.kind == "token" else ""
    for name, value in (("user", role.user_id), ("organisation", acting)):
        cursor.execute(f"SELECT set_config('otasuke.{name}', %s, true)", ("" if value is None else str(value),))
    digest = hashlib.sha256(token.encode()).hexdigest() if token else ""
    cursor.execute("SELECT set_config('otasuke.token', %s, true)", (digest,))
    cursor.execute("SET LOCAL ROLE otasuke_app")


def _rows(cursor: Any) -> list[Any]:
    """Rows; of one column, its values; of a sentence that returns none, how many it reached."""
    if cursor.description is None:
        return [cursor.rowcount]
    rows = cursor.fetchall()
    return [row[0] for row in rows] if len(cursor.description) == 1 else rows
