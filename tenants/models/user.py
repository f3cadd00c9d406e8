"""People who log in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users; the address is the name they log in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a person. `email` is kept lower-case; without a password the account cannot log in by one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a configuration administrator (Django admin: configuration only, no firm's data).

        On the owner's connection: PostgreSQL lets the application make none.
        """
        made = self.db_manager("owner").create_user(email, password, is_staff=True, is_superuser=True, **fields)
        return self.using("default").get(pk=made.pk)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may see comes from memberships and grants, never from this row."""

    email = models.EmailField(_("メールアドレス"), unique=True)
    family_name = models.CharField(_("姓"), max_length=60, blank=True)
    given_name = models.CharField(_("名"), max_length=60, blank=True)
    family_name_kana = models.CharField(_("姓（かな）"), max_length=60, blank=True)
    given_name_kana = models.CharField(_("名（かな）"), max_length=60, blank=True)
    language = models.CharField(_("言語"), max_length=5, default="ja")
    is_active = models.BooleanField(_("有効"), default=True)
    is_staff = models.BooleanField(_("設定の管理者"), default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    # Organisation id → up to when the person has seen its news (tenants.accounts.news_seen).
    news_seen = models.JSONField(default=dict, db_default={})

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("利用者")
        verbose_name_plural = _("利用者")

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        """Family name first, as written in Japan."""
        return f"{self.family_name} {self.given_name}".strip()
