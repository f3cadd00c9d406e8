"""Japan's time, which every page, mail and paper shows and every day and month is counted in."""

from typing import Final
from zoneinfo import ZoneInfo

JST: Final = ZoneInfo("Asia/Tokyo")
