"""Files sent by a form: refused before they are read when they are too large."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class UploadCap(FileUploadHandler):
    """Looks at the announced length only (the server reads no more than that); keeps nothing."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Raises RequestDataTooBig (answered with 400)."""
        if content_length > settings.UPLOAD_CAP:
            raise RequestDataTooBig("the file is too large")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing to give."""
        return None
