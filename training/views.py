"""Doors of training: what a firm asks for and what the region makes of it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("training", __name__)
