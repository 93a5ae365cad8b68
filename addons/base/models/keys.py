"""Duplicate keys: two parties with the same key may be the same (crm.md, definition 6)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import idna
import phonenumbers


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEGAL_FORMS = _words(
    """
    ab ag aktiengesellschaft as asa aps bv bvba co company corp corporation cv ei eirl eurl gie gmbh inc
    incorporated kg kft kk limited limitada llc llp ltd ltda nv oy oyj plc pty sa sarl sas sasu sasf sc
    sca sci scop scs sl slu snc soc spa spol spzoo sprl srl sro ug
    """
)
FREE_MAIL = _words(
    """
    aol.com bbox.fr free.fr gmail.com gmx.com gmx.de gmx.fr gmx.net googlemail.com hotmail.co.uk
    hotmail.com hotmail.fr icloud.com laposte.net libero.it live.com live.fr mac.com mail.com mail.ru
    me.com msn.com neuf.fr numericable.fr orange.fr outlook.com outlook.fr proton.me protonmail.com
    qq.com sfr.fr t-online.de tutanota.com wanadoo.fr web.de yahoo.co.uk yahoo.com yahoo.de yahoo.fr
    yandex.ru ymail.com 163.com
    """
)
AND_WORDS = frozenset({"and", "et", "und", "y", "e", "og", "och", "en"})


@lru_cache(maxsize=4096)
def _ascii_domain(name: str) -> str:
    """In IDNA; raise IDNAError for what is no domain."""
    return idna.encode(name, uts46=True).decode("ascii")


def email_key(email: str | None) -> str | None:
    """Trim, NFKC, casefold, domain in IDNA; None when there is no address in it."""
    text = unicodedata.normalize("NFKC", email or "").strip().casefold()
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or " " in text:
        return None
    try:
        return f"{local}@{_ascii_domain(domain)}"
    except idna.IDNAError:
        return None


@lru_cache(maxsize=4096)
def phone_key(phone: str | None, country: str | None) -> str | None:
    """E.164, read as dialled in ``country``; an impossible number never matches, so it has no key."""
    if not phone:
        return None
    try:
        number = phonenumbers.parse(phone, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def domain_key(email: str | None, website: str | None) -> str | None:
    """The company's own domain, from its web site or else its e-mail; free-mail domains say nothing."""
    for text in (website, email):
        host = re.sub(r"^[a-z]+://", "", (text or "").strip().casefold()).rpartition("@")[2]
        host = re.split(r"[/:?#]", host, maxsplit=1)[0].removeprefix("www.")
        if "." not in host or host in FREE_MAIL:
            continue
        try:
            return _ascii_domain(host)
        except idna.IDNAError:
            continue
    return None


def _ascii(text: str) -> str:
    plain = text.casefold()
    for letter, ascii_letters in (("ß", "ss"), ("ø", "o"), ("æ", "ae"), ("œ", "oe"), ("ł", "l")):
        plain = plain.replace(letter, ascii_letters)
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def company_key(name: str | None) -> str | None:
    """ASCII, lower, & = and = et, no punctuation, no trailing legal form: "Dupont & Fils S.A." is "dupont
    fils"."""
    text = _ascii(name or "").replace("&", " and ")
    text = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", text)  # S.A.R.L. is one word
    words = [word for word in re.findall(r"\w+", text) if word not in AND_WORDS]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words) or None


def person_key(name: str | None) -> str | None:
    """ASCII, lower, the words in alphabetical order: "DUPONT Anne" is "Anne Dupont"."""
    return " ".join(sorted(re.findall(r"\w+", _ascii(name or "")))) or None
