"""Compress pages on their way out: a full hall shares one wifi.

A page that holds both a secret and words of somebody else's choosing gives the secret away by its compressed size when
it can be fetched thousands of times (BREACH). Three things stand against it: the signature in a form's token changes
every second, other sites' requests come without cookies, and every compressed answer carries a random number of extra
bytes, so that its size says little.
"""

from __future__ import annotations

import gzip
import io
import secrets

from flask import request
from werkzeug.wrappers import Response

MIMETYPES = {"text/html", "text/css", "text/javascript", "text/plain", "application/json", "image/svg+xml"}
#: A smaller answer fits into one packet anyway.
MIN_BYTES = 1000
LEVEL = 5
#: At most so many random bytes are added to an answer.
MAX_PADDING = 64


def compressed(response: Response) -> Response:
    """Compress an answer if it is text that is all there, and the browser can read it compressed.

    Streams must not wait for their end, and downloads keep the bytes that they are stored with.
    """
    if response.mimetype not in MIMETYPES or "Content-Disposition" in response.headers:
        return response
    if response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    content = response.get_data()
    if response.status_code in {204, 206, 304} or len(content) < MIN_BYTES or not request.accept_encodings["gzip"]:
        return response
    response.set_data(_gzip(content))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _gzip(content: bytes) -> bytes:
    """Compress bytes, with a file name of random length in the head, which browsers skip."""
    padding = secrets.token_hex(MAX_PADDING)[: 1 + secrets.randbelow(MAX_PADDING)]
    packed = io.BytesIO()
    with gzip.GzipFile(filename=padding, mode="wb", compresslevel=LEVEL, fileobj=packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
