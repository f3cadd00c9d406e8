"""What others find of surveys."""

from web.addresses import open_without_second_factor

open_without_second_factor("surveys:feedback")
