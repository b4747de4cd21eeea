"""What can go wrong in a store that is no programming mistake."""


class StoreUnavailable(Exception):
    """The database can't take or give this now (full disk, lock, connection lost): nothing was stored; try again."""


class StoreFull(StoreUnavailable):
    """There is no room for more: until somebody makes some, only reading goes on."""


class SchemaMismatch(Exception):
    """The database holds another schema than this version of the code; the text says what to do."""
