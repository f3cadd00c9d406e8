"""The firm's list of its machines: a file is read, shown, then it counts; machines on the network are found in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from base.moves import MoveRefused
from sensors.devices import devices_of
from sensors.ledger_file import LedgerEntry, LedgerRead, LineError
from sensors.ledger_match import Match, Seen, matches
from sensors.models import Device, LedgerFile
from sensors.models.ledger import WAITING
from tenants.audit.record import audit_record
from tenants.models import User


@dataclass(frozen=True)
class Ledger:
    """The list that counts, and which of the machines looked at are in it."""

    file: LedgerFile
    entries: tuple[LedgerEntry, ...]
    by_device: dict[int, Match]

    @property
    def unseen(self) -> list[LedgerEntry]:
        """Entries that none of the machines is."""
        met = {id(match.entry) for match in self.by_device.values()}
        return [entry for entry in self.entries if id(entry) not in met]


def ledger_offer(*, tenant_id: int, read: LedgerRead, file_name: str, by: User, now: datetime) -> LedgerFile:
    """Keep what a file came to until somebody takes it; one that waits already is replaced. Changes nothing else."""
    values = {
        "file_name": file_name.strip()[-200:],
        "form": read.form,
        "entries": [entry.values for entry in read.entries],
        "errors": [list(astuple(error)) for error in read.errors],
        "unknown": [heading[:80] for heading in read.unknown],
        "is_cut": read.is_cut,
        "read_at": now,
        "read_by": by,
    }
    waiting: LedgerFile | None = LedgerFile.objects.select_for_update().filter(WAITING, tenant_id=tenant_id).first()
    if waiting is None:
        made: LedgerFile = LedgerFile.objects.create(tenant_id=tenant_id, **values)
    else:
        made = waiting
        for name, value in values.items():
            setattr(made, name, value)
        made.save()
    _trail("ledger.read", made)
    return made


def ledger_take(*, tenant_id: int, ledger_id: int, by: User, now: datetime) -> LedgerFile:
    """What waits is the firm's list from now on. Raises MoveRefused when it waits no more, or is not what was shown."""
    ledger = _waiting_locked(tenant_id, ledger_id)
    ledger.taken_at, ledger.taken_by = now, by
    ledger.save(update_fields=["taken_at", "taken_by"])
    _trail("ledger.taken", ledger)
    return ledger


def ledger_drop(*, tenant_id: int, ledger_id: int, now: datetime) -> LedgerFile:
    """What waits is not wanted. Raises MoveRefused."""
    ledger = _waiting_locked(tenant_id, ledger_id)
    ledger.dropped_at = now
    ledger.save(update_fields=["dropped_at"])
    _trail("ledger.dropped", ledger)
    return ledger


def ledger_waiting(tenant_id: int) -> LedgerFile | None:
    """The file that was read and is neither taken nor dropped."""
    rows = LedgerFile.objects.filter(WAITING, tenant_id=tenant_id).select_related("read_by")
    ledger: LedgerFile | None = rows.first()
    return ledger


def ledger_in_force(tenant_id: int, devices: Iterable[Device] | None = None) -> Ledger | None:
    """The firm's list, and which entries its machines are (`devices`, when they were read). None: there is none."""
    taken = LedgerFile.objects.filter(tenant_id=tenant_id, taken_at__isnull=False).select_related("taken_by")
    file: LedgerFile | None = taken.order_by("-taken_at", "-pk").first()
    if file is None:
        return None
    entries = entries_of(file)
    return Ledger(file, entries, matches_of(entries, devices_of(tenant_id=tenant_id) if devices is None else devices))


def matches_of(entries: tuple[LedgerEntry, ...], devices: Iterable[Device]) -> dict[int, Match]:
    """Id of a machine → the entry it is."""
    seen = [
        Seen(device.pk, device.mac, device.last_ip or "", (device.given_name, *device.names_seen)) for device in devices
    ]
    return matches(seen, entries)


def entries_of(file: LedgerFile) -> tuple[LedgerEntry, ...]:
    """What a file says."""
    return tuple(LedgerEntry(**values) for values in file.entries)


def errors_of(file: LedgerFile) -> list[LineError]:
    """What was wrong with its lines."""
    return [LineError(*values) for values in file.errors]


def _waiting_locked(tenant_id: int, ledger_id: int) -> LedgerFile:
    rows = LedgerFile.objects.select_for_update().filter(WAITING, tenant_id=tenant_id, pk=ledger_id)
    ledger: LedgerFile | None = rows.first()
    if ledger is None:
        raise MoveRefused("it waits no more")
    return ledger


def _trail(code: str, ledger: LedgerFile) -> None:
    audit_record(code=code, subject=f"ledger:{ledger.pk}", tenant_id=ledger.tenant_id, lines=len(ledger.entries))
