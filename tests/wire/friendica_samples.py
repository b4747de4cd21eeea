"""Friendica objects to write, with texts of one's choice."""

from __future__ import annotations

from folkmoot.wire.codecs import twitter_time
from folkmoot.wire.friendica.status import Activities, Attachment, GeoPoint, Status, User

NOON = twitter_time(1_700_000_000_000)


def user(number: int, name: str = "Ann") -> User:
    return User(
        id=number,
        id_str=str(number),
        name=name,
        screen_name=f"ann{number}",
        location="Friendica",
        description="Gardens",
        profile_image_url=f"https://node.example/photo/{number}-6.jpg",
        profile_image_url_https=f"https://node.example/photo/{number}-6.jpg",
        url=f"https://node.example/profile/ann{number}",
        created_at=NOON,
        statusnet_profile_url=f"https://node.example/profile/ann{number}",
        cid=number,
        pid=number,
    )


def status(number: int, author: User, text: str = "Hello & <good> morning\n", **changes: object) -> Status:
    facts: dict[str, object] = {
        "text": text,
        "created_at": NOON,
        "source": "web",
        "id": number,
        "id_str": str(number),
        "user": author,
        "friendica_owner": author,
        "friendica_author": author,
        "statusnet_html": f"<p>{text}</p>" * 5,
        "friendica_html": f"<p>{text}</p>" * 5,
        "statusnet_conversation_id": number,
        "external_url": f"https://node.example/display/{number}",
        "friendica_activities": Activities(like=[author]),
        "geo": GeoPoint(coordinates=(48.5, 9.25)),
        "attachments": [Attachment(url="https://node.example/a.png?x=1&y=2", mimetype="image/png", size=7)],
    }
    return Status(**(facts | changes))  # type: ignore[arg-type]  # keywords come from the test


def timeline(length: int = 20, people: int = 20) -> list[Status]:
    """Posts by several people, each with a wall of her own."""
    cast = [user(number) for number in range(people)]
    return [status(number, cast[number % people]) for number in range(length)]
