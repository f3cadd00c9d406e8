"""Where others lead to the contacts of a firm, and what a person may open by a link alone."""

from web.addresses import open_without_second_factor, publish

open_without_second_factor("notices:confirm", "notices:stop")
publish(notice_contacts="notices:list")
