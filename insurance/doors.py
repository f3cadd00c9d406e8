"""The doors through row-level security this room uses (docs/access.md): each checks who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class ClaimCard:
    """What an insurer sees of the firm and the incident behind a claim."""

    claim_id: int
    until: datetime | None
    firm: str
    incident_number: int
    kind: str
    grade: int
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    contract_start: date | None


@dataclass(frozen=True)
class JobCover:
    """What a vendor's people need to say what the cover pays for their job.

    `used`: years in which other claims hold a place. `claim_state`, `insurer_yen`: of the job's own claim once it was
    submitted; what the insurer is asked for, or has decided to pay.
    """

    programme_id: int
    contract_start: date
    contract_end: date | None
    kind: str
    opened_by: str
    grade: int
    opened_at: datetime
    used: list[date]
    claim_state: str | None
    insurer_yen: int | None


@dataclass(frozen=True)
class Payee:
    """Where an approved claim is paid."""

    claim_id: int
    bank_code: str
    bank_kana: str
    branch_code: str
    branch_kana: str
    type: str
    number: str
    holder_kana: str


@dataclass(frozen=True)
class Accounts:
    """Whether they have entered a bank account; the account itself nobody else learns."""

    claim_id: int
    vendor: bool
    insurer: bool


@dataclass(frozen=True)
class Payer:
    """From which account the insurer pays."""

    bank_code: str
    bank_kana: str
    branch_code: str
    branch_kana: str
    type: str
    number: str
    holder_kana: str
    client_code: str


@dataclass(frozen=True)
class Month:
    """One programme's month in numbers; no firm is named."""

    programme_id: int
    month: date
    firms: int
    premium_yen: int
    made: int
    asked_yen: int
    rejected: int
    paid: int
    paid_yen: int


def claim_cards(claim_ids: Iterable[int]) -> dict[int, ClaimCard]:
    """Cards of those of these claims that the acting insurer may see, by the claim's id."""
    return {row[0]: ClaimCard(*row) for row in _rows("SELECT * FROM sec.claim_cards(%s)", list(claim_ids))}


def claims_used(tenant_id: int) -> list[date]:
    """First days of the years in which the firm holds a claim, one for each; [] for those who may not know."""
    return _rows("SELECT sec.claims_used(%s)", tenant_id)[0][0] or []


def job_cover(job_id: int) -> JobCover | None:
    """For people of the vendor that took the job; None for others."""
    rows = _rows("SELECT * FROM sec.job_cover(%s)", job_id)
    return JobCover(*rows[0]) if rows else None


def claim_payees() -> dict[int, Payee]:
    """Accounts for the approved claims of the acting insurer, for people who may write, by the claim's id."""
    return {row[0]: Payee(*row) for row in _rows("SELECT * FROM sec.claim_payees()")}


def claim_accounts() -> dict[int, Accounts]:
    """Whether vendor and insurer of the claims in sight have entered their accounts, by the claim's id."""
    return {row[0]: Accounts(*row) for row in _rows("SELECT * FROM sec.claim_accounts()")}


def claim_payer() -> Payer | None:
    """The acting insurer's own account, for people who may write; None: not entered yet."""
    rows = _rows("SELECT * FROM sec.claim_payer()")
    return Payer(*rows[0]) if rows else None


def insurance_months() -> list[Month]:
    """Numbers by programme and month, for the acting insurer or office."""
    return [Month(*row) for row in _rows("SELECT * FROM sec.insurance_months()")]


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
