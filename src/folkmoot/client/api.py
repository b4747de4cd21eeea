"""All endpoint classes of the Mastodon API in one place: `session.send(api.PostStatus(status="Hello"))`.

Those of the other two are in `folkmoot.wire.friendica` and `folkmoot.wire.groupsio`, and need their own sessions.
"""

# ruff: noqa: F403 - each of these modules has endpoint classes alone
from folkmoot.wire.mastodon.requests.accounts import *
from folkmoot.wire.mastodon.requests.admin_accounts import *
from folkmoot.wire.mastodon.requests.admin_blocks import *
from folkmoot.wire.mastodon.requests.admin_domains import *
from folkmoot.wire.mastodon.requests.admin_figures import *
from folkmoot.wire.mastodon.requests.admin_reports import *
from folkmoot.wire.mastodon.requests.announcements import *
from folkmoot.wire.mastodon.requests.annual_reports import *
from folkmoot.wire.mastodon.requests.collections import *
from folkmoot.wire.mastodon.requests.conversations import *
from folkmoot.wire.mastodon.requests.discovery import *
from folkmoot.wire.mastodon.requests.filters import *
from folkmoot.wire.mastodon.requests.instance import *
from folkmoot.wire.mastodon.requests.lists import *
from folkmoot.wire.mastodon.requests.media import *
from folkmoot.wire.mastodon.requests.notification_groups import *
from folkmoot.wire.mastodon.requests.notification_policy import *
from folkmoot.wire.mastodon.requests.notifications import *
from folkmoot.wire.mastodon.requests.oauth import *
from folkmoot.wire.mastodon.requests.oembed import *
from folkmoot.wire.mastodon.requests.paging import *
from folkmoot.wire.mastodon.requests.polls import *
from folkmoot.wire.mastodon.requests.profile import *
from folkmoot.wire.mastodon.requests.push import *
from folkmoot.wire.mastodon.requests.quotes import *
from folkmoot.wire.mastodon.requests.reactions import *
from folkmoot.wire.mastodon.requests.relationships import *
from folkmoot.wire.mastodon.requests.reports import *
from folkmoot.wire.mastodon.requests.scheduled import *
from folkmoot.wire.mastodon.requests.search import *
from folkmoot.wire.mastodon.requests.statuses import *
from folkmoot.wire.mastodon.requests.tags import *
from folkmoot.wire.mastodon.requests.timelines import *
from folkmoot.wire.mastodon.requests.trends import *
