"""`manage.py consortium code|init|check`: the beginning of an installation, without SQL (docs/consortium.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import localtime
from django.utils.translation import gettext

from portal.consortium.entering import Entered, FoundingOver, PartnerExists, consortium_enter
from portal.consortium.lacks import Lack, facts_of_plan, grave, lacks_of
from portal.consortium.lines import FileUnreadable, line_of, lines_of, toml_read
from portal.consortium.plan import ConsortiumPlan
from portal.consortium.reading import plan_read
from portal.consortium.stored import facts_of_programme
from tenants.founding import code_make, founding_by_command
from tenants.mailing import address_of
from tenants.selectors import programme_named, programmes


class Command(BaseCommand):
    """Needs OWNER_DATABASE_URL, but for `init --check`."""

    help = "Found a consortium: print a one-time code, enter a file, or say what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """code; init FILE [--check]; check [PROGRAMME]. --language of what is printed and mailed."""
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="ja")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("code", help="print a one-time code for the wizard in the browser")
        init = acts.add_parser("init", help="enter what a file describes; twice changes nothing")
        init.add_argument("file", type=Path)
        init.add_argument("--check", action="store_true", help="only say what is wrong or missing")
        check = acts.add_parser("check", help="say what a programme is missing")
        check.add_argument("programme", nargs="?", help="its name, when there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it in the language chosen."""
        with translation.override(options["language"]):
            if options["act"] == "code":
                self._code()
            elif options["act"] == "init":
                self._init(options["file"], check=options["check"])
            else:
                self._check(options["programme"])

    def _code(self) -> None:
        if programmes().exists():
            raise CommandError(
                gettext(
                    "事業がもうあります。ウィザードは空の環境のためのものです。「consortium init」を使ってください。"
                )
            )
        code = code_make(now=timezone.now())
        words = gettext("%(address)s を開いて、このコードを入れてください。1回だけ、%(until)sまで使えます。")
        self.stdout.write(
            words
            % {"address": address_of(reverse("founding:begin")), "until": f"{localtime(code.until):%Y-%m-%d %H:%M}"}
        )
        self.stdout.write(f"\n    {code.words}\n")

    def _init(self, path: Path, *, check: bool) -> None:
        plan = self._plan(path)
        lacks = lacks_of(facts_of_plan(plan))
        self._show(lacks)
        if grave(lacks):
            raise CommandError(gettext("このままでは始められません。何も書き込んでいません。"))
        if check:
            self.stdout.write(gettext("このファイルで始められます。何も書き込んでいません。"))
            return
        try:
            with founding_by_command(programme_named(plan.name)):
                entered = consortium_enter(plan)
        except PartnerExists as refusal:
            raise CommandError(str(refusal)) from refusal
        except FoundingOver as refusal:
            raise CommandError(gettext("同じときに、ほかの方が始めました。もう一度動かしてください。")) from refusal
        self._report(entered)

    def _plan(self, path: Path) -> ConsortiumPlan:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(gettext("%(file)s が読めません: %(why)s") % {"file": path, "why": problem}) from problem
        try:
            data = toml_read(text)
        except FileUnreadable as problem:
            raise CommandError(
                gettext("%(line)d行目: %(words)s") % {"line": problem.line, "words": problem}
            ) from problem
        plan, problems = plan_read(data)
        lines = lines_of(text)
        placed = sorted((line_of(problem.path, lines), problem.path, problem.words) for problem in problems)
        for line, where, words in placed:
            if line:
                self.stderr.write(
                    gettext("%(line)d行目 %(path)s: %(words)s") % {"line": line, "path": where, "words": words}
                )
            else:
                self.stderr.write(gettext("ファイル全体 %(path)s: %(words)s") % {"path": where, "words": words})
        if problems:
            words = gettext("%(count)d件を直してください。何も書き込んでいません。")
            raise CommandError(words % {"count": len(problems)})
        return plan

    def _check(self, name: str | None) -> None:
        chosen = [programme for programme in programmes() if name in (None, programme.name)]
        if len(chosen) != 1:
            words = gettext("事業が%(count)d件あります。名前を1つ書いてください: %(names)s")
            names = "、".join(programme.name for programme in programmes())
            raise CommandError(words % {"count": len(chosen), "names": names})
        with founding_by_command(chosen[0]):
            lacks = lacks_of(facts_of_programme(chosen[0]))
        self._show(lacks)
        if not lacks:
            self.stdout.write(gettext("足りないものはありません。"))
        if grave(lacks):
            raise CommandError(gettext("足りないものがあるため、会社を迎える準備ができていません。"))

    def _show(self, lacks: list[Lack]) -> None:
        for lack in lacks:
            sign = gettext("必要") if lack.grave else gettext("注意")
            self.stdout.write(f"[{sign}] {lack.words}")

    def _report(self, entered: Entered) -> None:
        for made in entered.made:
            self.stdout.write(gettext("作りました: %(what)s") % {"what": made})
        for differing in entered.differing:
            self.stdout.write(gettext("違い: %(what)s") % {"what": differing})
        if not entered.made:
            self.stdout.write(gettext("すべてもう入っています。何も変えていません。"))
