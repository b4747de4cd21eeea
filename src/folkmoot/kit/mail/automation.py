"""Whether a machine wrote a message: automatic replies, bulk mail and bounces (RFC 3834, RFC 3464 and old
habits).
"""

import re
from collections.abc import Callable

_AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-fc-machinegenerated",
)
_AUTO_PRECEDENCE = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})
# How vacation programs begin a subject where they set no header. Only full phrases: a person may write
# about holidays.
_VACATION = re.compile(
    r"""\s*(?:
      auto(?:matic)?[\s-]?(?:reply|response|antwort)\b | automatische[rs]?\s(?:antwort|reactie)\b
    | automatisk\ssvar\b | r[ée]ponse\sautomatique\b | respuesta\sautom[áa]tica\b | risposta\sautomatica\b
    | resposta\sautom[áa]tica\b | automatyczna\sodpowied[źz]\b | автоответ\b | автоматический\sответ\b
    | 自動応答 | 自动(?:答复|回复) | out\sof\s(?:the\s)?office\b(?=\s*(?::|auto|reply|$))
    | abwesenheits(?:notiz|nachricht)\b
    | abwesend:\s | afwezig: | absence\sdu\sbureau\b | vacation\s(?:reply|response|notice)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_DAEMON = re.compile(r"(?:mailer-?_?daemon|postmaster|double-bounce)@?", re.IGNORECASE)

Lookup = Callable[[str], str]
"""From a lower-case header name to its first value, or an empty string."""


def is_auto_submitted(header: Lookup, subject: str) -> bool:
    """Whether a machine sent this, so that nothing may answer it by itself (S15).

    Looks at Auto-Submitted, Precedence bulk or junk, X-Auto-Response-Suppress, responders' own headers, and
    subjects
    as vacation programs write them. `Precedence: list`, and the bulk that list
    software stamps on every post, may well be a person.
    """
    auto = header("auto-submitted").partition(";")[0].strip().lower()
    if auto and auto != "no":
        return True
    stamped_by_list = header("list-id") or header("mailing-list") or header("list-post")
    precedence = header("precedence").strip().lower()
    if precedence in _AUTO_PRECEDENCE and not (precedence == "bulk" and stamped_by_list):
        return True
    suppress = header("x-auto-response-suppress").strip().lower()
    if suppress and suppress != "none":
        return True
    if any(header(name) for name in _AUTO_HEADERS):
        return True
    return bool(_VACATION.match(subject[:200]))


def is_bounce(header: Lookup, return_path: str | None, mime: str, sender: str) -> bool:
    """Whether this is a delivery report: null return path, multipart/report, failed recipients, or a mail
    daemon.
    """
    if return_path is not None and return_path.strip() in ("<>", "<MAILER-DAEMON>"):
        return True
    if mime == "multipart/report" or header("x-failed-recipients"):
        return True
    return bool(_DAEMON.match(sender)) and not header("in-reply-to")
