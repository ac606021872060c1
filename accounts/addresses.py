"""E-mail addresses: one spelling for each, and the domains that people mistype."""

import unicodedata

from core.errors import DomainError

# Domains that people have. What resembles one of them, but is none, is asked about; of two that it
# resembles equally, the earlier is suggested.
DOMAINS = (
    "nhs.net",
    "nhs.uk",
    "nhs.scot",
    "nhs.wales",
    "hscni.net",
    "gov.uk",
    "gov.scot",
    "gov.wales",
    "police.uk",
    "parliament.uk",
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "yahoo.co.uk",
    "yahoo.com",
    "btinternet.com",
    "icloud.com",
    "virginmedia.com",
    "talktalk.net",
    "ntlworld.com",
    "protonmail.com",
    "doctors.org.uk",
    "doctors.net.uk",
)
# Real ones, never asked about. They are not suggested either: too many others resemble them.
SHORT_ONES = (
    *("mail.com", "ymail.com", "email.com", "gmx.com", "gmx.net", "gmx.co.uk", "zoho.com"),
    *("mail.co.uk", "fsmail.net", "bt.com", "ee.co.uk", "aol.com", "msn.com", "me.com", "mac.com"),
    *("sky.com", "live.com", "live.co.uk", "outlook.co.uk", "proton.me"),
)
# Below these anybody may have a domain, so they are no mistyped ones themselves.
ENDINGS = frozenset(
    ("co.uk", "org.uk", "net.uk", "me.uk", "ltd.uk", "plc.uk", "sch.uk", "mod.uk", "ac.uk")
)
# Too far away for the distance, and yet always the same mistake.
MISTAKES = {
    "nhs.com": "nhs.net",
    "nhs.org": "nhs.net",
    "nhs.co.uk": "nhs.uk",
    "nhs.org.uk": "nhs.uk",
    "gmail.co.uk": "gmail.com",
    "googlemail.co.uk": "googlemail.com",
    "icloud.co.uk": "icloud.com",
    "btinternet.co.uk": "btinternet.com",
}
MOST_MISTAKES = 2


class AddressError(DomainError):
    """The domain cannot be one."""


def normalised(typed: str) -> str:
    """The one spelling under which an account keeps an address.

    Trimmed, lower case, full-width letters as plain ones, no dot at the end, and a domain with
    other letters in the form that mail servers know ('xn--…'). Raises AddressError.
    """
    address = unicodedata.normalize("NFKC", typed).strip().rstrip(".").lower()
    name, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return address
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise AddressError("This domain cannot be part of an email address.") from error


def suggestion(address: str) -> str:
    """What a normalised address probably should be; '' if nothing about it looks mistyped."""
    name, _, domain = address.rpartition("@")
    if domain in MISTAKES:
        return f"{name}@{MISTAKES[domain]}"
    if any(is_or_lies_in(domain, known) for known in (*DOMAINS, *SHORT_ONES)):
        return ""
    best, nearest = "", MOST_MISTAKES + 1
    labels = domain.split(".")
    for known in DOMAINS:
        count = known.count(".") + 1
        end = ".".join(labels[-count:])
        if count > len(labels) or end in ENDINGS:
            continue
        mistakes = distance(end, known)
        if mistakes < nearest:
            best, nearest = ".".join([*labels[:-count], known]), mistakes
    return f"{name}@{best}" if best else ""


def is_or_lies_in(domain: str, known: str) -> bool:
    """E.g. trust.nhs.uk lies in nhs.uk."""
    return domain == known or domain.endswith(f".{known}")


def distance(first: str, second: str) -> int:
    """How many letters are missing, too many, wrong, or exchanged with their neighbour.

    Counts to MOST_MISTAKES + 1 at most where the lengths alone say as much.
    """
    if abs(len(first) - len(second)) > MOST_MISTAKES:
        return MOST_MISTAKES + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        before, above, row = row, before, [i]
        for j, other in enumerate(second, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]
