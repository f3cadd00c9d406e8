"""People who log in: whether an address has an account, and making one."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.utils.translation import get_language

from tenants.models import User


def has_account(email: str) -> bool:
    """Whether somebody logs in with this address, as their first or as another one they have confirmed."""
    return (
        User.objects.filter(email=email.lower()).exists()
        or EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    )


def has_confirmed(user: User, email: str) -> bool:
    """Whether the address is one of the person's that they have confirmed."""
    return bool(EmailAddress.objects.filter(user=user, verified=True, email__iexact=email).exists())


def person_make(*, email: str, password: str, names: dict[str, str]) -> User:
    """An account in the language of the page. Raises IntegrityError when somebody has the address already."""
    user = User.objects.create_user(email, password, language=(get_language() or "ja")[:2], **names)
    # Whoever holds the link of the invitation reads the mail of this address.
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
