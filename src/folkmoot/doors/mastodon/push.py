"""Web push subscriptions: one for each token, ended with it."""

from __future__ import annotations

from msgspec import UNSET

from folkmoot.domain.errors import Invalid
from folkmoot.domain.notices import pushes
from folkmoot.domain.notices.pushes import NewSubscription, Subscription
from folkmoot.doors.frame import At
from folkmoot.doors.mastodon import vapid
from folkmoot.doors.mastodon.base import door, secret_of
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.doors.mastodon.words import KIND_OF, kinds_of
from folkmoot.kit import webpush
from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.push import WebPushAlerts, WebPushSubscription
from folkmoot.wire.mastodon.requests import push as api
from folkmoot.wire.mastodon.requests.oauth import Empty

ALERTS = {name: name.replace("admin_", "admin.") for name in api.PushAlerts.__struct_fields__}
"""Types of notifications by the name of the field that asks for them."""


def kind_of(type_: str) -> str:
    """The domain's word for a type of notification; types without one can be asked for, and never come."""
    return KIND_OF.get(type_, type_)


def _token(at: At) -> int:
    assert at.caller is not None
    assert at.caller.token_id is not None
    return at.caller.token_id


def _shown(at: At, found: Subscription) -> WebPushSubscription:
    wanted = {name: kind_of(type_) in found.kinds for name, type_ in ALERTS.items()}
    return WebPushSubscription(
        id=Id(str(found.id)),
        endpoint=found.endpoint,
        standard=found.standard,
        server_key=vapid.public_key(at.house),
        alerts=WebPushAlerts(**wanted),
        policy=found.policy,
    )


def _kinds(alerts: api.PushAlerts) -> frozenset[str]:
    asked = [type_ for name, type_ in ALERTS.items() if getattr(alerts, name)]
    return frozenset(kind_of(type_) for type_ in asked) | kinds_of(asked)


def _new(at: At, ask: api.CreateSubscription) -> NewSubscription:
    to, alerts = ask.subscription, ask.data.alerts
    return NewSubscription(
        endpoint=to.endpoint,
        public_key=to.keys.p256dh,
        auth=to.keys.auth,
        standard=to.standard,
        kinds=frozenset() if alerts is UNSET else _kinds(alerts),
        policy=ask.data.policy or ask.policy or "all",
        sealed_token=vapid.signer_of(at.house).hide(secret_of(at.http)),
    )


def _check(at: At, to: api.PushTarget) -> None:
    """Raises Said(422) for an address or keys that nothing can be sent to."""
    vapid.signer_of(at.house)  # loads what reads keys
    for value, name in (
        (to.endpoint, "Endpoint"),
        (to.keys.p256dh, "Key p256dh"),
        (to.keys.auth, "Key auth"),
    ):
        if not value.strip():
            raise Said(422, f"Validation failed: {name} can't be blank")
    try:
        pushes.host_of(to.endpoint)
    except Invalid:
        raise Said(422, "Validation failed: Endpoint is not a valid URL") from None
    try:
        webpush.read_keys(to.keys.p256dh, to.keys.auth)
    except webpush.BadKey:
        raise Said(422, "Validation failed: The provided keys are not valid encryption keys") from None


@door.on(api.CreateSubscription)
def create(at: At, ask: api.CreateSubscription) -> WebPushSubscription:
    _check(at, ask.subscription)
    return _shown(at, pushes.subscribe(at.tx, at.viewer, _token(at), _new(at, ask)))


@door.on(api.GetSubscription)
def get(at: At, ask: api.GetSubscription) -> WebPushSubscription:
    return _shown(at, pushes.of_token(at.tx, _token(at)))


@door.on(api.ChangeSubscription)
def change(at: At, ask: api.ChangeSubscription) -> WebPushSubscription:
    alerts = ask.data.alerts
    kinds = None if alerts is UNSET else _kinds(alerts)
    policy = ask.data.policy or ask.policy or None
    return _shown(at, pushes.change(at.tx, _token(at), kinds=kinds, policy=policy))


@door.on(api.EndSubscription)
def end(at: At, ask: api.EndSubscription) -> Empty:
    pushes.forget_token(at.tx, _token(at))
    return {}
