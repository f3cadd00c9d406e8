"""Organisations of every kind, programmes, and who takes part in which."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Now
from django.utils.translation import gettext_lazy as _

from base.industries import INDUSTRIES
from tenants.tenancy.owned import TenantOwned


class SearchFold(models.Func):
    """base.identity.search_fold, in PostgreSQL."""

    function = "sec.search_fold"
    arity = 1


class PhoneDigits(models.Func):
    """The figures in a telephone field."""

    function = "sec.phone_digits"
    arity = 1


class NameHead(models.Func):
    """The first letters of a name as it stands in a text: what a text's own letters find it by."""

    function = "left"
    template = "left(sec.bare_name(%(expressions)s), 4)"
    output_field = models.TextField()


class AddressHead(models.Func):
    """The first letters of an address as it stands in a text."""

    function = "left"
    template = "left(sec.bare_words(%(expressions)s), 8)"
    output_field = models.TextField()


class Grams(models.Func):
    """Every `size` neighbouring letters of a column, for an index that finds parts of it."""

    function = "sec.grams"
    arity = 2

    def __init__(self, column: str | models.Func, size: int) -> None:
        super().__init__(column, Value(size))


class NameAndPlace(models.Func):
    """What an office's search looks in, as sec.office_firm_ids writes it."""

    template = "%(expressions)s"
    arg_joiner = " || ' ' || "
    output_field = models.TextField()

    def __init__(self) -> None:
        super().__init__("search_name", "search_place")


class Organisation(models.Model):
    """A firm or a partner. A firm (kind SME) is the *tenant* of every owned row."""

    class Kind(models.TextChoices):
        """Who takes part: OSK 3.4, KMM 2.5."""

        SME = "sme", _("参加企業")
        OFFICE = "office", _("事務局")
        SOC = "soc", _("監視担当（SOC）")
        CALL_CENTRE = "call_centre", _("相談窓口")
        VENDOR = "vendor", _("地域IT事業者")
        INSURER = "insurer", _("保険会社")
        OUTREACH = "outreach", _("地域展開窓口")
        BUYER = "buyer", _("発注元企業")
        DATA_RECOVERY = "data_recovery", _("データ復旧事業者")
        PLATFORM = "platform", _("運用担当")

    kind = models.CharField(_("種類"), max_length=20, choices=Kind)
    name = models.CharField(_("名称"), max_length=120)
    name_kana = models.CharField(_("名称（かな）"), max_length=120, blank=True)
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    postal_code = models.CharField(_("郵便番号"), max_length=8, blank=True)
    prefecture = models.CharField(_("都道府県"), max_length=10, blank=True)
    municipality = models.CharField(_("市区町村"), max_length=40, blank=True)
    municipality_code = models.CharField(_("市区町村コード"), max_length=5, blank=True)
    address = models.CharField(_("住所"), max_length=200, blank=True)
    phone = models.CharField(_("電話番号"), max_length=40, blank=True)
    phone_e164 = models.CharField(max_length=20, blank=True)
    email = models.EmailField(_("通知先メール"), max_length=254, blank=True)
    industry = models.CharField(_("業種（日本標準産業分類）"), max_length=1, blank=True, choices=INDUSTRIES)
    staff_count = models.PositiveIntegerField(_("従業員数"), null=True, blank=True)
    pc_count = models.PositiveIntegerField(_("パソコン台数"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # What staff search in: both names as base.identity.search_fold writes them; PostgreSQL keeps it by itself.
    search_name = models.GeneratedField(
        expression=SearchFold(Concat("name", Value(" "), "name_kana")), output_field=models.TextField(), db_persist=True
    )

    search_place = models.GeneratedField(
        expression=SearchFold(Concat("prefecture", "municipality")), output_field=models.TextField(), db_persist=True
    )
    phone_digits = models.GeneratedField(
        expression=PhoneDigits("phone"), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = _("組織")
        indexes = [
            models.Index(fields=["name", "id"], name="organisation_in_order", condition=models.Q(kind="sme")),
            GinIndex(Grams("search_name", 2), name="organisation_by_name"),
            GinIndex(Grams("phone_digits", 4), name="organisation_by_phone"),
            GinIndex(Grams(NameAndPlace(), 2), name="organisation_by_name_and_place"),
            # Which firms a text names (sec.firms_in_words).
            models.Index(NameHead("name"), name="organisation_by_name_head", condition=models.Q(kind="sme")),
            models.Index(AddressHead("address"), name="organisation_by_address_head", condition=models.Q(kind="sme")),
            models.Index(fields=["industry"], name="organisation_by_industry", condition=models.Q(kind="sme")),
            # Whether a firm of a list is there already (sec.firm_list_step).
            models.Index(
                fields=["corporate_number"],
                name="organisation_by_corporate",
                condition=models.Q(kind="sme") & ~models.Q(corporate_number=""),
            ),
        ]
        verbose_name_plural = _("組織")

    def __str__(self) -> str:
        return self.name


class Programme(models.Model):
    """A regional programme run by an office."""

    name = models.CharField(_("名称"), max_length=120)
    office = models.ForeignKey(Organisation, verbose_name=_("事務局"), on_delete=models.PROTECT, related_name="+")
    desk_name = models.CharField(_("相談窓口の名称"), max_length=120)
    desk_phone = models.CharField(_("相談窓口の電話"), max_length=40)
    desk_email = models.EmailField(_("相談窓口のメール"))
    fiscal_year_start_month = models.PositiveSmallIntegerField(_("年度の始まる月"), default=4)

    class Meta:
        verbose_name = _("事業")
        verbose_name_plural = _("事業")

    def __str__(self) -> str:
        return self.name


class ProgrammeSettings(models.Model):
    """One version of a programme's thresholds and rules (docs/grading.md), in force from a time on.

    Its values are complete and never changed. Before its time comes, it can be withdrawn; `replaced_by` is the version
    that stands for it since an earlier change was published or withdrawn.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="settings_versions")
    version = models.PositiveIntegerField(_("版"))
    effective_from = models.DateTimeField(_("適用開始"))
    values = models.JSONField(_("値"), default=dict, blank=True)
    reason = models.CharField(_("変更の理由"), max_length=200)
    # The document with its table, or who decided.
    source = models.CharField(_("根拠"), max_length=200, blank=True, default="", db_default="")
    # The keys this version changes: what of it holds on when an earlier change is published or withdrawn.
    changed = ArrayField(models.CharField(max_length=60), default=list, db_default=[], blank=True)
    changed_by = models.ForeignKey("tenants.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("決めた日時"), db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(_("取り下げた日時"), null=True, blank=True)
    withdrawn_by = models.ForeignKey("tenants.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("事業の設定")
        verbose_name_plural = _("事業の設定")
        constraints = [models.UniqueConstraint(fields=["programme", "version"], name="programme_settings_version")]
        ordering = ["programme", "-effective_from", "-version"]

    def __str__(self) -> str:
        return f"{self.programme} v{self.version}"


class ProgrammePartner(models.Model):
    """A partner organisation's part in a programme, while it takes part (afterwards: FormerPartner).

    Until `confirmed_at` is set, no firm is opened to it.
    """

    class Branch(models.TextChoices):
        """What an outreach desk is (OSK 3.4.1)."""

        CHAMBER = "chamber", _("商工会議所・商工会")
        BANK = "bank", _("金融機関")
        UTILITY = "utility", _("電気・ガス・通信")
        IT_COORDINATOR = "it_coordinator", _("ITコーディネータ")
        TAX_ACCOUNTANT = "tax_accountant", _("税理士・会計事務所")
        TRADE_BODY = "trade_body", _("業界団体")
        LOCAL_GOVERNMENT = "local_government", _("自治体")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="partners")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    branch = models.CharField(_("窓口の種類"), max_length=20, blank=True, choices=Branch, default="", db_default="")
    # Of a SOC: the prefectures whose firms it watches; empty: of the whole programme.
    prefectures = ArrayField(
        models.CharField(max_length=10), verbose_name=_("見守る都道府県"), default=list, db_default=[], blank=True
    )
    joined_at = models.DateTimeField(_("参加した日時"), db_default=Now())
    confirmed_at = models.DateTimeField(_("事務局の確認"), null=True, db_default=Now())

    class Meta:
        verbose_name = _("事業の協力組織")
        verbose_name_plural = _("事業の協力組織")
        constraints = [models.UniqueConstraint(fields=["programme", "organisation"], name="programme_partner_once")]

    def __str__(self) -> str:
        return f"{self.programme}: {self.organisation}"


class PartnerCount(models.Model):
    """How many firms of the programme a partner sees, is to see and may not see yet, counted once an hour.

    Written and read by functions of sec only: what a partner sees is no public fact.
    """

    partner = models.OneToOneField(ProgrammePartner, on_delete=models.CASCADE, related_name="+")
    firms_open = models.IntegerField()
    firms_next = models.IntegerField()
    firms_unagreed = models.IntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.firms_open}"


class FormerPartner(models.Model):
    """A partner that left a programme: when, on whose word, why."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField()
    left_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    firms = models.PositiveIntegerField()  # that were open to it until then

    class Meta:
        indexes = [models.Index(fields=["programme", "-left_at"], name="former_partner_of")]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.organisation_id} until {self.left_at:%Y-%m-%d}"


class Enrolment(TenantOwned):
    """A firm's contract with a programme. The contract year is the insurance year by default."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enrolments")
    contract_start = models.DateField(_("契約開始"))
    contract_end = models.DateField(_("契約終了"), null=True, blank=True)
    chamber_member = models.BooleanField(_("会議所の会員"), default=False)

    class Meta:
        verbose_name = _("参加")
        verbose_name_plural = _("参加")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "programme", "contract_start"], name="enrolment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.tenant_id}"
