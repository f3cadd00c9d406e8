"""The bundled cover: its terms by period, claims with their evidence, who is paid, who asked for more cover."""

from insurance.models.account import BankAccount
from insurance.models.claim import Claim, ClaimEvidence, ClaimMessage
from insurance.models.policy import PolicyVersion
from insurance.models.referral import Referral

__all__ = ["BankAccount", "Claim", "ClaimEvidence", "ClaimMessage", "PolicyVersion", "Referral"]
