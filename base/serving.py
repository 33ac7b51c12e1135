"""Run the application with waitress until it is told to stop."""

from __future__ import annotations

import gc
import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from flask import Flask
from waitress.server import create_server

from base.lanes import LaneDispatcher
from base.refusals import Refusal
from base.settings import Settings
from base.streams import stop_streams


class PortTaken(Refusal):
    """Say that the server cannot listen where it was told to."""


def serve_until_stopped(
    app: Flask, *, settings: Settings, takes_lane: Callable[[str, str], bool], announce: Callable[[], None]
) -> None:
    """Listen, call `announce`, and serve until Ctrl-C or SIGTERM; requests under way get a few seconds.

    `takes_lane` says by method and path which requests are short and many, and gathered in one thread. Live streams
    would keep their threads for ever, so they are ended first.
    """
    sockets: dict[int, Any] = {}
    dispatcher = LaneDispatcher(n_threads=settings.threads, takes_lane=takes_lane)
    try:
        server = create_server(
            app,
            map=sockets,
            host=settings.host,
            port=settings.port,
            _dispatcher=dispatcher,
            threads=settings.threads,
            connection_limit=settings.connection_limit,
            asyncore_use_poll=os.name == "posix",
            channel_request_lookahead=1,  # or it would not notice that a browser has left a live stream
            ident="Skillshed",
        )
    except OSError as error:
        raise PortTaken(
            f"The server cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
            "Is it running already? Choose another port with --port."
        ) from error
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a hall that votes fills the queue; that is no news
    if threading.current_thread() is threading.main_thread():

        def stop(_number: int, _frame: FrameType | None) -> None:
            """Take the sockets away, which ends the loop; an exception could be lost, for a signal comes anywhere."""
            if not sockets:
                raise SystemExit(0)  # told a second time, it does not wait for requests under way
            stop_streams(app)
            sockets.clear()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
    # What the program itself consists of stays to the end: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    announce()
    server.run()
    dispatcher.shutdown()
