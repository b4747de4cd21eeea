"""How mail to a member fared."""

from __future__ import annotations

from folkmoot.wire.codecs import NEVER, Rfc3339
from folkmoot.wire.groupsio.enums import DeliveryType
from folkmoot.wire.groupsio.object import Object


class BounceInfo(Object, kw_only=True):
    """A mail that came back."""

    object: str = "bounce_info"
    created: Rfc3339
    group_id: int = 0
    msg_id: int = 0
    subject: str = ""
    response: str = ""
    is_hard: bool = False
    type: DeliveryType


class DeliveryInfo(Object, kw_only=True):
    """The last deliveries to a member."""

    object: str = "delivery_info"
    created: Rfc3339
    updated: Rfc3339
    group_id: int = 0
    success_msg_id: int = 0
    success_time: Rfc3339 = NEVER
    success_subject: str = ""
    success_type: DeliveryType
    success_response: str = ""
    attempt_msg_id: int = 0
    attempt_time: Rfc3339 = NEVER
    attempt_subject: str = ""
    attempt_type: DeliveryType
    attempt_response: str = ""
    bounces: list[BounceInfo] = []
