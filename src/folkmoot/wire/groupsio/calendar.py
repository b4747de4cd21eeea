"""Events and answers to them."""

from __future__ import annotations

from folkmoot.wire.codecs import NEVER, Rfc3339
from folkmoot.wire.groupsio.enums import RsvpType
from folkmoot.wire.groupsio.object import Object


class Event(Object, kw_only=True):
    """An event, with the answer of the caller."""

    id: int
    object: str = "event"
    created: Rfc3339
    updated: Rfc3339
    creator_name: str = ""
    group_id: int = 0
    group_name: str = ""
    nice_group_name: str = ""
    start_time: Rfc3339 = NEVER
    end_time: Rfc3339 = NEVER
    timezone: str = ""
    all_day: bool = False
    name: str = ""
    location: str = ""
    description: str = ""
    organizer_name: str = ""
    organizer_email: str = ""
    organizer_phone: str = ""
    color_name: str = ""
    color_hex: str = ""
    rsvp: bool = False
    max_attendees: int = 0
    additional_guests: bool = False
    comment_label: str = ""
    yes_message: str = ""
    has_rsvp: bool = False
    rsvp_type: RsvpType
    rsvp_comment: str = ""
    rsvp_additional_guests: int = 0


class Rsvp(Object, kw_only=True):
    """An answer to an event."""

    id: int
    object: str = "rsvp"
    created: Rfc3339
    updated: Rfc3339
    event_id: int = 0
    group_id: int = 0
    user_id: int = 0
    user_name: str = ""
    full_name: str = ""
    email: str = ""
    profile_photo_url: str = ""
    type: RsvpType
    comment: str = ""
    additional_guests: int = 0
