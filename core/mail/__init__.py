"""Outgoing mail: written in the workspace's outbox, kept until it can be sent, sent by a job, seen."""

from __future__ import annotations

from core.mail.compose import compose
from core.mail.links import LINK, Openable
from core.mail.outbox import Attachment, send

__all__ = ["LINK", "Attachment", "Openable", "compose", "send"]
