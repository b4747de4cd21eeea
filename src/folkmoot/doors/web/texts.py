"""The sentences of the web pages that are not in templates: refusals, news after a form, names of things."""

from __future__ import annotations

from folkmoot.domain.access import Audience
from folkmoot.domain.errors import Invalid, Refusal

FAULTS: dict[int, tuple[str, str]] = {
    400: ("That did not work", "Something in the address or the form can't be understood."),
    403: ("That is not allowed", "You may not do this here."),
    404: ("Nothing here", "There is no such page, or it is not for you."),
    405: ("Not this way", "This address is used from a form."),
    408: ("Too slow", "What you sent did not arrive in time. Try again."),
    409: ("Somebody was faster", "It changed meanwhile. Go back and look again."),
    413: ("Too large", "What you sent is larger than this server takes."),
    429: ("Slow down", "That was a lot in a short time. Wait a little and try again."),
    500: ("Our fault", "Something broke here. It was written down."),
    503: ("Back soon", "The server can't answer right now. Nothing was changed; try again in a moment."),
}
REFUSED: dict[str, str] = {
    "csrf": "This form is too old, or it came from another site. Go back, load the page again and retry.",
    "name.blank": "Choose a name.",
    "name.too_long": "The name is too long: 30 letters at most (34 for a group).",
    "name.invalid": "A name is made of letters, digits and _; dots and dashes only inside.",
    "name.reserved": "That name is kept for the server itself. Choose another one.",
    "name.taken": "Somebody has that name already. Choose another one.",
    "address.invalid": "That is no e-mail address.",
    "address.blank": "An e-mail address is needed.",
    "address.taken": "There is an account with this address. Log in, or ask for a new password.",
    "password.too_short": "The password needs at least 8 characters.",
    "password.too_long": "The password is too long.",
    "password.wrong": "The old password is wrong.",
    "password.repeat": "The two passwords are not the same.",
    "wrong_password": "Name or password is wrong.",
    "registration_closed": "This community takes no new accounts now.",
    "unconfirmed": "Confirm your address first: follow the link in the mail that we sent you.",
    "pending": "Your account still waits for approval.",
    "disabled": "This account is switched off.",
    "suspended": "This account is suspended.",
    "text.blank": "Write something first.",
    "text.too_long": "The text is too long.",
    "title.blank": "A thread in a group needs a subject.",
    "description.too_short": "Describe the group in at least ten letters.",
    "description.too_long": "The description of the picture is too long: 1500 letters at most.",
    "display_name.too_long": "The display name is too long: 100 letters at most.",
    "note.too_long": "The text about you is too long: 5000 letters at most.",
    "file.unsupported": "This file is no picture that we know (JPEG, PNG, GIF, WebP, AVIF).",
    "file.too_large": "The picture's file is too large.",
    "file.too_many_pixels": "The picture has too many pixels: 16 million at most.",
    "file.too_many_frames": "The animation has too many frames: 1000 at most.",
    "file.broken": "The picture's file is damaged.",
    "file.blank": "The file is empty.",
    "archive.private": "A members-only archive can't be opened again: what was said there was said in confidence.",
    "not_member": "Only members post to this group. Join it first.",
    "announcement": "Only moderators post to this group.",
    "forbidden": "You may not post to this group.",
    "closed": "This thread is closed.",
    "banned": "You may not join this group.",
    "invited_only": "One joins this group by invitation.",
    "last_owner": "A group needs an owner. Make somebody else one first.",
    "private": "This post is not for passing on.",
    "self": "That is you.",
    "blocked": "That account does not want this.",
    "too_many_fields": "At most four lines.",
}
SAID: dict[str, str] = {
    "posted": "Your post is out.",
    "held": "Your post waits for a moderator of the group. It appears as soon as one lets it in.",
    "edited": "Your change is saved.",
    "same": "Nothing was different, so nothing was changed.",
    "deleted": "The post is gone.",
    "joined": "You are a member now.",
    "asked": "Your wish to join waits for a moderator.",
    "left": "You have left the group.",
    "followed": "You follow this account now.",
    "follow-asked": "You asked to follow; the account decides itself.",
    "unfollowed": "You do not follow this account any more.",
    "blocked": "Blocked.",
    "unblocked": "Not blocked any more.",
    "muted": "Muted.",
    "unmuted": "Not muted any more.",
    "saved": "Saved.",
    "password": "Your password is changed. Everybody else who was logged in with the old one is out.",
    "welcome": "Welcome! You are logged in.",
    "bye": "You are logged out.",
    "confirmed": "Your address is confirmed. You can log in.",
    "waits": "Your address is confirmed. The account still waits for approval.",
    "released": "The post is in.",
    "rejected": "The post was turned down.",
    "let-in": "The new member is in.",
    "turned-down": "The request was turned down.",
    "made": "Your group is there.",
    "cleared": "All notices are gone.",
}
AUDIENCES: dict[int, str] = {
    Audience.PUBLIC: "everyone",
    Audience.UNLISTED: "everyone, but not in the public list",
    Audience.FOLLOWERS: "followers",
    Audience.DIRECT: "only those named",
    Audience.GROUP: "the group",
    Audience.CIRCLE: "a circle",
    Audience.LOCAL: "members of this community",
}
NOTICES: dict[str, str] = {
    "mention": "spoke to you",
    "like": "likes your post",
    "boost": "passed your post on",
    "follow": "follows you",
    "follow_request": "wants to follow you",
    "member_request": "wants to join a group of yours",
    "post_held": "wrote a post that waits for you",
    "edited": "changed a post that you passed on or answered",
    "poll": "ended a poll",
}


def sentence(refusal: Refusal) -> str:
    """Why something was not done, for people."""
    if refusal.code in REFUSED:
        return REFUSED[refusal.code]
    if isinstance(refusal, Invalid):
        return f"Something is wrong with this: {refusal.field.replace('_', ' ')}."
    return FAULTS[403][1]
