"""Photos are drawn anew before they are kept: place, device and owner that a camera writes into them are gone."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

MOST_PIXELS: Final = 50_000_000
LONG_SIDE: Final = 4096  # of what is kept; enough to read a screen on it
QUALITY: Final = 90


class PhotoUnreadable(ValueError):
    """Not an image that can be drawn, or one that is too large."""


def redraw(source: Path, target: Path, media_type: str) -> str:
    """Write the image to `target` with nothing but its pixels; → its type. Raises PhotoUnreadable.

    JPEG stays JPEG, everything else becomes PNG. Turned upright first, because the note of how the camera was held
    goes with the rest.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=[media_type.removeprefix("image/").upper()]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise PhotoUnreadable("too many pixels")
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((LONG_SIDE, LONG_SIDE))
                if media_type == "image/jpeg":
                    _bare(upright.convert("RGB")).save(target, "JPEG", quality=QUALITY)
                    return "image/jpeg"
                plain = upright.convert("RGBA" if "transparency" in upright.info or "A" in upright.mode else "RGB")
                _bare(plain).save(target, "PNG")
                return "image/png"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PhotoUnreadable(str(error)[:200]) from error


def _bare(image: Image.Image) -> Image.Image:
    """The same pixels without anything that came along: profiles, comments, EXIF, XMP."""
    image.info = {}
    image.getexif().clear()
    return image
