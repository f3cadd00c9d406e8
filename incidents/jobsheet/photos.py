"""Photos are drawn anew before they are kept: place, device and owner that a camera writes into them are gone.

Drawing runs as a program of its own (`python -m incidents.jobsheet.photos SOURCE TARGET`), started by
incidents.jobsheet.photo_process: it has limits of memory and time, and no secret. It prints the type it wrote.
"""

from __future__ import annotations

import resource
import sys
import warnings
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageCms, ImageFile

from incidents.jobsheet.photo_notes import without_notes

MOST_PIXELS: Final = 250_000_000  # the largest phone camera of 2026 takes 200 million
LONG_SIDE: Final = 4096  # of what is kept; enough to read a screen on it
QUALITY: Final = 90
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF")
FROM_CAMERAS: Final = frozenset({"JPEG", "MPO", "HEIF", "AVIF"})  # kept as JPEG; what comes from screens as PNG
MEMORY_LIMIT: Final = 1_200_000_000  # bytes of address space
CPU_SECONDS: Final = 60
ORIENTATION: Final = 0x0112  # the EXIF note of how the camera was held
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
UNREADABLE, TOO_LARGE = 3, 4  # exit codes


class PhotoUnreadable(ValueError):
    """Not an image that can be drawn."""


class PhotoTooLarge(PhotoUnreadable):
    """More pixels than can be drawn within the limits."""


def redraw(source: Path, target: Path) -> str:
    """Write the image to `target` with nothing but its pixels, at most LONG_SIDE long; → its media type.

    Turned upright first, because the note of how the camera was held goes with the rest; colours are brought to sRGB
    for the same reason. Only the first frame of a moving picture is kept. Raises PhotoUnreadable, PhotoTooLarge.
    """
    try:
        camera, upright = _upright(source)
    except (PhotoTooLarge, MemoryError):
        raise
    except Exception:  # Every reader of a broken file fails in its own way: none of them may stop the queue.
        camera, upright = _upright_without_notes(source)
    if upright.getcolors(1) and not _whole(source):
        raise PhotoUnreadable("nothing of what was seen is left in it")
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    if camera:
        bare.convert("RGB").save(target, "JPEG", quality=QUALITY)
        return "image/jpeg"
    bare.save(target, "PNG")
    return "image/png"


def _upright(source: Path | BytesIO) -> tuple[bool, Image.Image]:
    """Whether a camera took it, and its pixels."""
    with Image.open(source, formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise PhotoTooLarge(f"{image.width} x {image.height}")
        camera = image.format in FROM_CAMERAS
        turn = TURNS.get(_orientation(image))
        pixels = _in_srgb(_scaled(image))
    return camera, pixels.transpose(turn) if turn is not None else pixels


def _upright_without_notes(source: Path) -> tuple[bool, Image.Image]:
    """Another try: viewers show a photo whose notes (colours, comments) are broken. Raises PhotoUnreadable."""
    try:
        return _upright(BytesIO(without_notes(source.read_bytes())))
    except (PhotoUnreadable, MemoryError):
        raise
    except Exception as error:
        raise PhotoUnreadable(f"{type(error).__name__}: {error}"[:200]) from error


def _whole(source: Path) -> bool:
    """Whether the file can be read to its end. A broken one may come out as one black or grey area."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(BytesIO(without_notes(source.read_bytes())), formats=FORMATS) as image:
            image.draft(None, (LONG_SIDE, LONG_SIDE))
            image.load()
    except Exception:
        return False
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
    return True


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # An EXIF block may be broken in any way; the pixels are what counts.
        return 1


def _scaled(image: Image.Image) -> Image.Image:
    """The pixels in eight bits a channel, scaled down while they are decoded where the format can (JPEG)."""
    image.draft(None, (LONG_SIDE, LONG_SIDE))
    image.load()
    plain = _eight_bits(image)
    plain.thumbnail((LONG_SIDE, LONG_SIDE), reducing_gap=2.0)
    return plain


def _eight_bits(image: Image.Image) -> Image.Image:
    """L, RGB, RGBA or CMYK. Grey of 16 bits is divided, not cut off, which would turn it white."""
    if image.mode in ("L", "RGB", "RGBA", "CMYK"):
        return image
    if image.mode == "I" or image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if "A" in image.mode.upper() or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    wanted = image.mode if image.mode in ("L", "RGBA") else "RGB"
    if profile and image.mode != "L":
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            made = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=wanted)
        except (ImageCms.PyCMSError, OSError, ValueError):
            made = None  # A profile that cannot be read, or of another kind of colours.
        if made is not None:
            return made
    return image if image.mode == wanted else image.convert(wanted)


def main(source: str, target: str) -> int:
    """Draw within the limits of this process; → exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # MOST_PIXELS is asked instead.
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # Half a photo shows half of what was seen.
    from pi_heif import register_heif_opener

    Image.init()
    register_heif_opener()
    try:
        print(redraw(Path(source), Path(target)))
    except (PhotoTooLarge, MemoryError) as error:
        print(error, file=sys.stderr)
        return TOO_LARGE
    except PhotoUnreadable as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
