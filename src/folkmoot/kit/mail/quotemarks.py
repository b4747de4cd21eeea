"""The words by which mail programs introduce a quoted mail or end a message, in the languages they speak."""

import re

# "On <date>, <who> wrote:" and its kin. A verb for `wrote` in each language, and what such a line begins
# with.
_VERBS = (
    r"wrote|writes|said|a\s+[ée]crit|schrieb(?:\s+am\b.{5,60}?uhr)?|geschrieben|escribi[óo]|escreveu|ha\s+scritto|scrive|"
    r"skrev|skrifaði|kirjoitti|schreef(?:\s+het\s+volgende)?|het\s+volgende\s+geschreven|geschreven|napisa[łl](?:\(a\))?|"
    r"napsal(?:\(a\))?|nap[ií]sal|написала?|написал\(а\)|пишет|пише|писал|írta|a\s+scris|yazdı|şunları\s+yazdı|έγραψε|"
    r"کتب|כתב|写道|寫道|书写|のメール|さんは書きました|님이\s*작성"
)
_OPENERS = (
    r"on|at|in|le|am|el|il|em|op|den|dnia|w\s+dniu|dne|pe|a\s+la|em\s+|în\s+data|på|tiistai|"
    r"в|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|ден|на|在|於|"
    r"lunedì|martes|mar|lun|ven|jeu"
)
_ADDRESS = r"<?\s*(?:mailto:)?[^\s<>@]{1,100}@[^\s<>@]{1,100}>?"
_STAMP = r"\d{1,4}[-/.年 ](?:\d{1,2}|[^\W\d_]{3,10}\.?)[-/.月 ]\d{1,4}"
ATTRIBUTIONS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        rf"[\s*_]*(?:{_OPENERS})\b.{{4,300}}?(?:{_VERBS})\s*[*_]*\s*[:：]?[*_\s]*\Z",
        rf"[\s*_]*(?:{_OPENERS})\b.{{4,120}}?\b(?:schrieb|skrev|schreef|skrifaði)\s.{{1,150}}?[:：]\s*\Z",
        r"[\s*_]*在.{4,200}(?:写道|寫道)\s*[:：]\s*\Z",
        rf"[\s*_\"]*.{{1,150}}{_ADDRESS}>?\)?\s*(?:{_VERBS})\s*[:：]\s*\Z",
        rf"[\s*_\"]*.{{1,150}}(?:{_VERBS})\b.{{4,60}}(?:um|klo|kl\.?)\s.{{2,20}}[:：]\s*\Z",
        rf"\s*{_STAMP}.{{0,40}}\d{{1,2}}[:.]\d{{2}}.{{0,160}}(?:{_VERBS}|{_ADDRESS})\s*[:：]?\s*\Z",
        rf"\s*{_STAMP}\s+\d{{1,2}}:\d{{2}}\s+(?:GMT|UTC)[+-]\d{{2}}:\d{{2}}\s+\S.{{1,160}}\Z",
        rf"\s*{_STAMP}\s.{{1,120}}{_ADDRESS}[:：]?\s*\Z",
        r"\s*\S+,\s\d{1,2}\s\S+\s\d{4}\s.{1,120}(?:написала?|пишет|пише)\s*:\s*\Z",
        r"\s*-{2,}\s*on\s.{5,200}wrote\s*-{2,}\s*\Z",
        r"\s*at\s.{4,60},\s*you\s+wrote:\s*\Z",
    )
)
ATTRIBUTION_HINT = re.compile(r"[:：>]\s*[*_]*\s*\Z|wrote|写道|GMT|-{3}\s*\Z", re.IGNORECASE)
"""A cheap sign that a line may end an attribution; lines without it are not tried."""

_MESSAGE_WORDS = (
    r"original\s+(?:message|appointment|mail)|forwarded\s+(?:message|by.{0,60})|begin\s+forwarded\s+message|"
    r"urspr(?:ü|ue)ngliche\s+nachricht|weitergeleitete\s+nachricht|mensaje\s+original|message\s+(?:d['’])?origin(?:al|e)|"
    r"messaggio\s+originale|messaggio\s+inoltrato|mensagem\s+original|oorspronkelijk\s+bericht|doorgestuurd\s+bericht|"
    r"ursprungligt\s+meddelande|oprindelig\s+meddelelse|opprinnelig\s+melding|alkuperäinen\s+viesti|"
    r"(?:wiadomość\s+oryginalna|oryginalna\s+wiadomość)|původní\s+zpráva|исходное\s+сообщение|пересылаемое\s+сообщение|"
    r"message\s+transféré|mensaje\s+reenviado|原始邮件|原始郵件|转发的邮件|元のメッセージ|원본\s*메시지"
)
_RULE = r"(?:-{2,}|_{2,}|={2,})?"
MARKER = re.compile(rf"[\s*_]*{_RULE}\s*(?:{_MESSAGE_WORDS})\s*:?\s*{_RULE}[\s*_]*\Z", re.IGNORECASE)

FROM = r"from|von|de|da|från|fra|van|od|от|від|lähettäjä|feladó|寄件者|发件人|差出人|kimden|από"
_OTHERS = (
    r"sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|envoyé|à|objet|répondre\s+à|inviato|data|a|"
    r"oggetto|risposta|"
    r"enviado(?:\s+el)?|fecha|para|asunto|assunto|verzonden|aan|onderwerp|skickat|till|ämne|kopia|sendt|til|emne|wysłano|do|"
    r"temat|отправлено|дата|кому|тема|дата|копия|надіслано|lähetetty|vastaanottaja|aihe|发送时间|收件人|主题|主旨|日期|"
    r"送信日時|宛先|件名|送達時間"
)
HEADER_FROM = re.compile(rf"[\s>*_]*(?:{FROM})\s*[*_]*\s*[:：][*_]*\s*\S", re.IGNORECASE)
HEADER_OTHER = re.compile(rf"[\s>*_]*(?:{FROM}|{_OTHERS})\s*[*_]*\s*[:：][*_]*", re.IGNORECASE)

_DEVICES = (
    r"sent\s+(?:from|via|with|using)\s+(?:my\s+|a\s+|the\s+)?\S.{0,120}|sent\s+by\s+\S+|from\s+my\s+\S.{0,40}|"
    r"\S{1,30}\s+from\s+mobile|sendt\s+fra\s+.{1,60}|skickat\s+från\s+.{1,60}|gesendet\s+(?:von|mit)\s+.{1,60}|"
    r"von\s+meinem\s+.{1,60}gesendet.{0,40}|diese\s+nachricht\s+wurde\s+von\s+meinem\s+.{1,60}gesendet\.?|"
    r"envoyé\s+(?:depuis|de|à\s+partir)\s+.{1,60}|enviado\s+(?:desde|de|do|pelo|por)\s+.{1,60}|"
    r"inviato\s+(?:da|dal)\s+.{1,60}|verzonden\s+(?:met|vanaf|via)\s+.{1,60}|lähetetty\s+.{1,60}|"
    r"wysłane\s+z\s+.{1,60}|отправлено\s+с\s+.{1,60}|надіслано\s+.{1,60}|從我的.{1,30}傳送|发自我的.{1,30}|"
    r"iphoneから送信|나의\s+.{1,30}에서\s*보냄|get\s+\[?outlook\s+for\b.{0,120}|get\s+outlook\b.{0,120}"
)
DEVICE = re.compile(rf"[\s*_<(\[]{{0,6}}(?:{_DEVICES})[\s*_>)\]]{{0,6}}\Z", re.IGNORECASE)
DELIMITER = re.compile(r"\s*(?:[-_=+~#*\u2014\u2013\u2500ᐧ][\s]?){1,200}\Z")
SIGNATURE = re.compile(r"\s*(?:--|\u2014|_{5,}|-{10,})\s*\Z")
FENCE = re.compile(r"\s*```")
QUOTED = re.compile(r"\s{0,3}(?:[A-Za-z]{1,15})?>|\s{0,3}\|(?:\s|\Z)")
NAMED = re.compile(r"\s{0,3}[A-Za-z]{2,15}>\s")
"""A quoted line with the name of who said it in front."""
PREFIX = re.compile(r"^(?:\s{0,3}>)+\s?")
