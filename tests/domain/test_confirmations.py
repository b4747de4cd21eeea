"""A link proves the address that it was sent to, and no other."""

from __future__ import annotations

from functools import partial

import pytest

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import accounts, confirmations, mailtokens, signups
from folkmoot.domain.people.accounts import LoginState, NewPerson
from folkmoot.store.engine import Store


@pytest.mark.parametrize("purpose", ["confirm", "reset"])
def test_an_older_link_does_not_prove_another_address(store: Store, purpose: str) -> None:
    new = NewPerson(name="ann", address="ann@one.test", state=LoginState.UNCONFIRMED, password_hash="x")
    me = store.write(lambda tx: accounts.add_person(tx, new))
    secret = store.write(lambda tx: mailtokens.make(tx, me, purpose, "ann@one.test"))
    assert secret is not None
    store.write(lambda tx: confirmations.resend(tx, Viewer(me), "victim@two.test"))
    follow = signups.confirm if purpose == "confirm" else partial(signups.reset, password_hash="y")
    with pytest.raises(NotFound):
        store.write(lambda tx: follow(tx, secret))
    state = store.read(lambda tx: accounts.preferences(tx, me).state)
    assert state == LoginState.UNCONFIRMED
