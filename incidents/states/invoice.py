"""Where a vendor's invoice stands and who may move it, and how its tax is rounded; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class Rounding(StrEnum):
    """What becomes of a part of a yen of tax, once per rate and invoice."""

    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


class InvoiceState(StrEnum):
    """Where an invoice stands."""

    ISSUED = "issued"
    RETURNED = "returned"  # the office asks for another one
    SETTLED = "settled"  # the office has paid or arranged it, or the insurer has paid it
    VOID = "void"  # withdrawn by the vendor; another one may follow


INVOICE_MOVES: dict[InvoiceState, dict[InvoiceState, Move]] = {
    InvoiceState.ISSUED: {
        InvoiceState.RETURNED: by(Party.OFFICE, reason=True),
        InvoiceState.SETTLED: by(Party.OFFICE, Party.RULE),  # by rule: the insurer has paid all of it
        InvoiceState.VOID: by(Party.VENDOR, reason=True),
    },
    InvoiceState.RETURNED: {InvoiceState.VOID: by(Party.VENDOR, reason=True)},
    InvoiceState.SETTLED: {},
    InvoiceState.VOID: {},
}
