"""Makes what a seed file declares: looks what is there, and does only what is missing or different."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from folkmoot.cli.common import Failed, fail, progress
from folkmoot.cli.seedfile import Entry, SeedFile, words
from folkmoot.domain.access import GroupRole, Membership, Role, Viewer
from folkmoot.domain.errors import Invalid, NotFound, Refusal, Unauthenticated
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import accounts, apps, bonds, logins, passwords, profiles
from folkmoot.domain.staff import staff
from folkmoot.doors.groupsio.settings import delivery, differences, translate
from folkmoot.store.engine import Store
from folkmoot.store.tx import Tx

PROFILE = ("display_name", "note", "locked", "bot", "discoverable", "locale")


def sow(store: Store, content: SeedFile) -> int:
    """Make what *content* declares in one transaction; how many entries changed something.

    Fails with the name of the entry that can't be made; then nothing is.
    """
    hashes = _hashes(store, content)

    def write(tx: Tx) -> int:
        return _Sower(tx, hashes).run(content)

    return store.write(write)


def _hashes(store: Store, content: SeedFile) -> dict[str, str]:
    """Hashes of the passwords that are new or differ, by name; argon2 is too slow for a transaction."""
    entries = [entry for entry in content.accounts if entry.value.password]

    def logins_of(tx: Tx) -> dict[str, logins.Login | None]:
        return {entry.place: logins.find_login(tx, entry.value.name) for entry in entries}

    known = store.read(logins_of)

    def hashed(entry: Entry) -> str | None:
        login = known[entry.place]
        if login is not None and passwords.verify(login.password_hash, entry.value.password):
            return None
        try:
            return passwords.hash_password(entry.value.password)
        except Invalid as error:
            fail(f"{entry.place}: {error.message}")

    out: dict[str, str] = {}
    with ThreadPoolExecutor() as pool, progress("passwords") as advance:
        for done, (entry, secret) in enumerate(zip(entries, pool.map(hashed, entries), strict=True), 1):
            advance(done, len(entries))
            if secret is not None:
                out[entry.value.name.lower()] = secret
    return out


class _Sower:
    """One run over the file inside one transaction."""

    def __init__(self, tx: Tx, hashes: dict[str, str]) -> None:
        self.tx = tx
        self.hashes = hashes
        self.system = Viewer.system()
        self.apps: dict[str, Any] = {}

    def run(self, content: SeedFile) -> int:
        """How many entries changed something."""
        steps = (
            (content.accounts, self.account),
            (content.apps, self.app),
            (content.tokens, self.token),
            (content.groups, self.group),
            (content.members, self.member),
            (content.follows, self.follow),
        )
        changes = 0
        for entries, step in steps:
            for entry in entries:
                try:
                    changes += step(entry.value)
                except (Refusal, Failed) as error:
                    fail(f"{entry.place}: {error}")
        return changes

    def person(self, name: str) -> int:
        """The account of that name or handle. Fails where there is none."""
        found = accounts.find_by_handle(self.tx, name)
        if found is None:
            fail(f"there is no account {name!r}")
        return found

    def account(self, entry: Any) -> bool:
        found = accounts.find_by_name(self.tx, entry.name)
        secret = self.hashes.get(entry.name.lower())
        role = Role[(entry.role or "user").upper()]
        if found is None:
            self._new_account(entry, role, secret)
            return True
        if accounts.kind_of(self.tx, found) == accounts.Kind.GROUP:
            fail(f"{entry.name!r} is a group")
        changed = self._address(found, entry.email) if entry.email else False
        if entry.role is not None:
            changed |= staff.set_role(self.tx, self.system, found, role)
        if secret is not None:
            logins.set_password(self.tx, found, secret)
            changed = True
        return self._profile(found, entry) or changed

    def _new_account(self, entry: Any, role: int, secret: str | None) -> None:
        made = accounts.add_person(
            self.tx,
            accounts.NewPerson(
                name=entry.name,
                address=entry.email,
                display_name=entry.display_name or "",
                password_hash=secret,
                role=role,
                locale=entry.locale or "en",
                locked=bool(entry.locked),
                bot=bool(entry.bot),
                discoverable=bool(entry.discoverable),
                confirmed=True,
                note=entry.note or "",
            ),
        )
        self._profile(made, entry)

    def _address(self, account_id: int, address: str) -> bool:
        owner = accounts.find_by_address(self.tx, address)
        if owner == account_id:
            return False
        if owner is not None:
            fail(f"{address} belongs to another account")
        main = not accounts.main_address(self.tx, account_id)
        accounts.add_address(self.tx, account_id, address, confirmed=True, main=main)
        return True

    def _profile(self, account_id: int, entry: Any) -> bool:
        """Bring the profile to what the entry says; False where it was so."""
        now = staff.profile(self.tx, self.system, account_id)
        wanted = {
            name: getattr(entry, name)
            for name in ("display_name", "note", "locked", "bot", "discoverable", "locale")
        }
        change = {name: v for name, v in wanted.items() if v is not None and getattr(now, name) != v}
        if change:
            profiles.update_profile(
                self.tx, accounts.viewer_of(self.tx, account_id), profiles.ProfileChange(**change)
            )
        return bool(change)

    def app(self, entry: Any) -> bool:
        known = apps.find(self.tx, entry.client_id)
        if known is not None and known.client_secret != entry.client_secret:
            fail(f"the client_id {entry.client_id!r} is taken by {known.name!r} with another secret")
        self.apps[entry.name] = known or apps.register(
            self.tx,
            entry.name,
            words(entry.redirect_uris),
            " ".join(words(entry.scopes)),
            entry.website,
            entry.client_id,
            entry.client_secret,
        )
        return known is None

    def token(self, entry: Any) -> bool:
        account_id = self.person(entry.account) if entry.account else None
        app = (self.apps.get(entry.app) or apps.find(self.tx, entry.app)) if entry.app else None
        if entry.app and app is None:
            fail(f"there is no app {entry.app!r} in this file, and no client_id is called so")
        if not entry.token.strip():
            fail("token: empty")
        try:
            known = logins.token(self.tx, entry.token)
        except Unauthenticated:
            scopes = " ".join(words(entry.scopes))
            logins.issue_token(
                self.tx,
                account_id=account_id,
                app_id=app.id if app else None,
                scopes=scopes,
                secret=entry.token,
            )
            return True
        if known.viewer.account_id != (account_id or 0) or known.scopes != frozenset(words(entry.scopes)):
            fail("this value is a token of another account, or with other scopes; choose another value")
        return False

    def group(self, entry: Any) -> bool:
        owner = self.person(entry.owner)
        title = {} if entry.title is None else {"title": entry.title}
        wanted = translate({**entry.settings, **title})
        try:
            view, _ = groups.find(self.tx, self.system, entry.name)
        except NotFound:
            fields = {"description": f"The group {entry.name}.", **wanted}
            maker = Viewer(owner, everything=True)
            groups.create(self.tx, maker, groups.NewGroup(name=entry.name, **fields))
            return True
        changed = self._membership(view.id, owner, role=int(GroupRole.OWNER))
        different = differences(view, wanted)
        if different:
            groups.update(self.tx, self.system, view.id, groups.GroupChange(**different))
        return changed or bool(different)

    def member(self, entry: Any) -> bool:
        if bool(entry.account) == bool(entry.email):
            fail("name either an account or an email")
        group_id = groups.id_of_address(self.tx, entry.group)
        if group_id is None:
            fail(f"there is no group {entry.group!r}")
        options: dict[str, int] = {}
        if entry.role is not None:
            options["role"] = int(GroupRole[entry.role.upper()])
        if entry.email_delivery is not None:
            options["delivery"] = int(delivery(entry.email_delivery))
        if entry.account:
            who = self.person(entry.account)
        else:
            who = accounts.person_of_address(self.tx, entry.email)
        return self._membership(group_id, who, **options)

    def _membership(self, group_id: int, account_id: int, **options: int) -> bool:
        now = members.get(self.tx, group_id, account_id)
        if now is not None:
            options.setdefault("role", now.role)
            same = all(getattr(now, name) == value for name, value in options.items())
            if same and now.status == Membership.NORMAL:
                return False
        members.put(self.tx, group_id, account_id, **options)
        return True

    def follow(self, entry: Any) -> bool:
        who, whom = self.person(entry.who), self.person(entry.whom)
        viewer = accounts.viewer_of(self.tx, who)
        before = bonds.relations(self.tx, viewer, [whom])[0]
        if before.following:
            return False
        if not before.requested:
            bonds.follow(self.tx, viewer, whom)
        if bonds.relations(self.tx, viewer, [whom])[0].requested:
            bonds.accept(self.tx, accounts.viewer_of(self.tx, whom), who)
        return True
