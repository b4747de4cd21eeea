"""Streams: the library's listeners hear what happens."""

from __future__ import annotations

import queue
import threading
import time

from mastodon import StreamListener

from suite.world import check, needs


class Ear(StreamListener):
    """Puts down what it hears."""

    def __init__(self):
        self.heard = queue.Queue()
        self.alive = threading.Event()
        super().__init__()

    def on_update(self, status):
        self.heard.put(("update", status.id))

    def on_notification(self, notification):
        self.heard.put(("notification", notification.type))

    def on_delete(self, status_id):
        self.heard.put(("delete", status_id))

    def on_conversation(self, conversation):
        self.heard.put(("conversation", conversation.last_status.id))

    def on_status_update(self, status):
        self.heard.put(("status.update", status.id))

    def handle_heartbeat(self):
        self.alive.set()

    def wait_for(self, kind, value):
        """Raises queue.Empty when it is not heard within ten seconds."""
        end = time.time() + 10
        while True:
            what, found = self.heard.get(timeout=max(0.1, end - time.time()))
            if what == kind and str(found) == str(value):
                return


def _listening(method, *args):
    ear = Ear()
    handle = method(*args, ear, run_async=True)
    assert ear.alive.wait(10)
    return ear, handle


@check
def user(w):
    ear, handle = _listening(w.ben.stream_user)
    assert handle.is_alive()
    post = w.ada.status_post(w.fresh("@ben listen"))
    ear.wait_for("update", post.id)
    handle.close()  # which waits for the next sign of life: once is enough


@check
def user_notices(w):
    ear, _ = _listening(w.ben.stream_user)
    w.ada.status_post(w.fresh("@ben listen again"))
    ear.wait_for("notification", "mention")


@check
def public(w):
    for method in (w.ben.stream_public, w.ben.stream_local):
        ear, _ = _listening(method)
        post = w.cleo.status_post(w.fresh("To all"))
        ear.wait_for("update", post.id)
        w.cleo.status_delete(post.id)
        ear.wait_for("delete", post.id)


@check
def hashtag(w):
    ear, _ = _listening(w.ben.stream_hashtag, "streamed")
    post = w.cleo.status_post(w.fresh("#streamed"))
    ear.wait_for("update", post.id)


@check
def of_a_list(w):
    made = w.ben.list_create("Heard")
    w.ben.list_accounts_add(made.id, [w.id("ada")])
    ear, _ = _listening(w.ben.stream_list, made.id)
    post = w.ada.status_post(w.fresh("To the list"))
    ear.wait_for("update", post.id)
    w.ben.list_delete(made.id)


@needs("stream_direct")
def direct(w):
    ear, _ = _listening(w.ben.stream_direct)
    post = w.ada.status_post(w.fresh("@ben quietly"), visibility="direct")
    ear.wait_for("conversation", post.id)


@needs("stream_user_notifications")
def notices_alone(w):
    ear, _ = _listening(w.ben.stream_user_notifications)
    w.ada.status_post(w.fresh("@ben once more"))
    ear.wait_for("notification", "mention")


@needs("stream_open_websocket")
def one_socket(w):
    ear = Ear()
    socket = w.ben.stream_open_websocket(ear)
    w.ben.stream_user(ear, run_async=True, websocket_handle=socket)
    time.sleep(1)
    post = w.ada.status_post(w.fresh("@ben by socket"))
    ear.wait_for("update", post.id)
    socket.close()


@needs("status_update")
def edits(w):
    ear, _ = _listening(w.ben.stream_user)
    post = w.ada.status_post(w.fresh("Before"))
    ear.wait_for("update", post.id)
    w.ada.status_update(post.id, w.fresh("After"))
    ear.wait_for("status.update", post.id)
