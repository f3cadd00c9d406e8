"""The SOC's work list over all firms in reach: what waits, who looks at it, what was judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.db.models import BooleanField, ExpressionWrapper, Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts import selectors
from alerts.models import AlertGroup
from alerts.models.alert import SOC_STATES, Direction
from alerts.models.judgement import Verdict
from alerts.soc_states import WAITING, SocState
from alerts.ui.listing import GroupFilter, GroupRow, rows
from base.identity import search_fold
from sensors.devices import names_given
from sensors.orders import suppressed_signatures
from tenants.models import Organisation, User
from tenants.selectors import firms_in_scope, of_firms_named
from tenants.tenancy.scope import current_scope

NEWEST = 40
# A search for words reads so many rows of the list, newest first, and says where it stopped.
MOST_SEARCHED = 5_000
# The names firms gave to their machines are looked through when the rows read are of so few firms.
FEW_FIRMS = 50
MACHINE, PEER, MARK = "machine", "peer", "mark"
LOOK_BACK = (timedelta(hours=2), timedelta(days=1), timedelta(days=7))
WAITS, MINE, EVERY = "", "mine", "all"
_TONES = {SocState.NEW: "neutral", SocState.LOOKING: "info", SocState.JUDGED: "safe", SocState.ESCALATED: "attention"}


class WatchFilter(GroupFilter):
    """The firm's filters, and what the SOC did, words to search, which firm, which direction, older than when."""

    state = forms.ChoiceField(
        label=_("状態"),
        required=False,
        choices=[
            (WAITS, _("待っているもの")),
            (MINE, _("自分が確認中")),
            *((value, word) for value, word in SOC_STATES if value not in WAITING),
            (EVERY, _("すべて")),
        ],
    )
    q = forms.CharField(label=_("機器・アドレス・サイト・目印"), required=False, max_length=80)
    where = forms.ChoiceField(
        label=_("言葉を探す所"),
        required=False,
        choices=[("", _("すべて")), (MACHINE, _("会社の機器")), (PEER, _("相手")), (MARK, _("目印"))],
    )
    direction = forms.ChoiceField(label=_("向き"), required=False, choices=[("", _("すべて")), *Direction.choices])
    firm: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label=_("会社"), required=False, queryset=None, empty_label=_("すべて")
    )
    field_order = ("q", "where", "state", "firm", "grade", "function", "direction", "days")

    def __init__(self, query: QueryDict) -> None:
        super(GroupFilter, self).__init__(query, auto_id="filter_%s")
        self.fields["q"].widget.attrs["data-queue-search"] = True
        if current_scope().many:  # nobody looks for a firm in a list of thousands
            self.fields["firm"] = forms.CharField(label=_("会社(名前の一部)"), required=False, max_length=80)
        else:
            self.fields["firm"].queryset = firms_in_scope().only("pk", "name").order_by("pk")  # type: ignore[attr-defined]
        self.is_valid()
        self.before = _place(query.get("before", ""))

    @property
    def of_firms(self) -> Q:
        """Rows of the chosen firm, or of those whose name holds what was typed; of all when nothing was chosen."""
        firm = self.cleaned_data.get("firm")
        if not firm:
            return Q()
        return of_firms_named(firm) if isinstance(firm, str) else Q(tenant_id=firm.pk)

    def of_state(self, user: User) -> Q:
        """Rows in the chosen state; what waits when nothing was chosen."""
        state = self.chosen("state")
        if state == EVERY:
            return Q()
        if state == MINE:
            return Q(soc_state=SocState.LOOKING, soc_person_id=user.pk)
        return Q(soc_state=state) if state else Q(soc_state__in=WAITING)

    @property
    def of_whole_words(self) -> Q | None:
        """Rows whose other end, or whose signature's number, is just what was typed: found by an index, whatever their
        age. None where there is no such index: for machines, and where mere records are asked for.
        """
        words, where = self.chosen("q").strip(), self.chosen("where")
        if not words or where == MACHINE or self.chosen("grade") in ("0", "all"):
            return None
        if not _is_number(words):
            return None if where == MARK else Q(peer=words)
        return Q(peer=words) if where == PEER else Q(signature_id=int(words))

    @property
    def of_words(self) -> Q:
        """Rows that hold the words where they are looked for: machine, peer (an address or a site), name or number of
        the signature.
        """
        words = self.chosen("q").strip()
        mark = Q(signature__icontains=words) | Q(family__icontains=words)
        if _is_number(words):
            mark |= Q(signature_id=int(words))
        machine = Q(asset_ip__icontains=words) | Q(asset_mac__icontains=words.replace("-", ":"))
        peer = Q(peer__icontains=words)
        return {MACHINE: machine, PEER: peer, MARK: mark}.get(self.chosen("where"), mark | machine | peer)


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) < 16


@dataclass(frozen=True)
class Place:
    """A place in the list between two rows: what stands below is older, or as old and of a lower key."""

    at: datetime
    key: int

    def __str__(self) -> str:
        """As it stands in an address; _place() reads it."""
        return f"{self.at.isoformat()}~{self.key}"

    @property
    def below(self) -> Q:
        """The rows below; the first condition is the index's."""
        return Q(last_at__lte=self.at) & (Q(last_at__lt=self.at) | Q(pk__lt=self.key))


def _place(text: str) -> Place | None:
    moment, _mark, key = text.partition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    return Place(at, int(key)) if at and at.tzinfo and _is_number(key) else None


@dataclass(frozen=True)
class WorkPage:
    """The rows of one page; what stands below `older` is on the next; a search for words ended at `searched`."""

    groups: list[AlertGroup]
    older: Place | None
    searched: datetime | None


def work_page(chosen: WatchFilter, user: User, now: datetime, limit: int = NEWEST) -> WorkPage:
    """The newest groups over the visible firms, at most `limit`.

    What was typed is looked for as a whole first, among all; only when nothing is called just that, as a part, in the
    newest. Of a few firms they are looked for in ever longer periods: the index by firm and time answers a short one
    from few rows. Of many firms the newest of all are read in their order, each with a look at who may see its firm.
    """
    groups = chosen.narrow(selectors.groups_in_reach(), now).filter(chosen.of_state(user)).filter(chosen.of_firms)
    if chosen.before is not None:
        groups = groups.filter(chosen.before.below)
    direction = chosen.chosen("direction")
    if direction:
        groups = groups.filter(direction=direction)
    groups = groups.order_by("-last_at", "-pk")
    whole, edge = chosen.of_whole_words, None
    if whole is not None and groups.filter(whole).exists():
        keys = _keys(groups.filter(whole), chosen, now, limit)
    elif chosen.chosen("q"):
        keys, edge = _keys_of_words(groups, chosen, limit)
    else:
        keys = _keys(groups, chosen, now, limit)
    newest = selectors.groups_in_reach().select_related("soc_person").filter(pk__in=keys)
    # As plain lists: a manager of each of the rows would cost as much as half of the queries.
    beside = (Prefetch("incidents", to_attr="its_incidents"), Prefetch("answers", to_attr="its_answers"))
    listed: list[AlertGroup] = list(newest.prefetch_related(*beside).order_by("-last_at", "-pk"))
    older = Place(listed[-1].last_at, listed[-1].pk) if len(listed) == limit else edge
    return WorkPage(listed, older, edge.at if edge else None)


def _keys(groups: QuerySet[AlertGroup], chosen: WatchFilter, now: datetime, limit: int) -> list[int]:
    until = chosen.before.at if chosen.before else now
    short = () if current_scope().many else tuple(back for back in LOOK_BACK if back < chosen.period)
    keys: list[int] = []
    for period in (*short, None):
        in_period = groups.filter(last_at__gte=until - period) if period else groups
        keys = list(in_period.values_list("pk", flat=True)[:limit])
        if len(keys) == limit:
            break
    return keys


def _keys_of_words(groups: QuerySet[AlertGroup], chosen: WatchFilter, limit: int) -> tuple[list[int], Place | None]:
    """Rows that hold the words among the newest MOST_SEARCHED, each looked at once; and where these end, if older ones
    follow.
    """
    fits = ExpressionWrapper(chosen.of_words, output_field=BooleanField())
    fields = ("pk", "last_at", "fits", "tenant_id", "sensor_id", "asset_mac")
    read = list(groups.annotate(fits=fits).values_list(*fields)[: MOST_SEARCHED + 1])
    named = _machines_named(chosen, [row[3:] for row in read[:MOST_SEARCHED] if not row[2]])
    keys = [row[0] for row in read[:MOST_SEARCHED] if row[2] or row[4:] in named]
    if len(read) <= MOST_SEARCHED:
        return keys[:limit], None
    last_key, last_at = read[MOST_SEARCHED - 1][:2]
    return keys[:limit], Place(last_at, last_key)


def _machines_named(chosen: WatchFilter, seen: list[tuple[int, int, str]]) -> set[tuple[int, str]]:
    """(box, number) of those machines to which their firm gave a name that holds the words; of few firms only."""
    if chosen.chosen("where") not in ("", MACHINE) or len({firm for firm, _box, _mac in seen}) > FEW_FIRMS:
        return set()
    words = search_fold(chosen.chosen("q").strip())
    return {machine for machine, name in names_given(set(seen)).items() if words in search_fold(name)}


@dataclass(frozen=True)
class Standing:
    """Where a group stands for the SOC: a word, its tone, and who looks or judged."""

    word: str
    tone: str
    who: str


def standing(group: AlertGroup) -> Standing:
    """Where it stands; of a judged one the verdict."""
    state = SocState(group.soc_state)
    word = str(group.get_soc_state_display())
    if state == SocState.JUDGED and group.soc_verdict:
        word = gettext("判断: %(verdict)s") % {"verdict": Verdict(group.soc_verdict).label}
    return Standing(word, _TONES[state], str(group.soc_person) if group.soc_person else "")


@dataclass(frozen=True)
class WorkRow(GroupRow):
    """One line of the work list."""

    standing: Standing
    suppressed: bool


def work_rows(groups: list[AlertGroup], now: datetime) -> list[WorkRow]:
    """The words for groups; whether their signature is let be at their box is one read for the whole list."""
    boxes = suppressed_signatures(sensor_ids={group.sensor_id for group in groups}, now=now)
    return [
        WorkRow(
            **vars(row),
            standing=standing(row.group),
            suppressed=(row.group.sensor_id, row.group.signature_id) in boxes,
        )
        for row in rows(groups)
    ]
