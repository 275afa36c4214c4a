"""Answers of a case that is being entered: sealed, and useless without the cookie of the browser they were typed in."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse

KEPT, NONCE = 3, 12
DRAFTS, COOKIE, PATH = "drafts", "draft", "/cases/new/"
Answers = dict[str, dict[str, list[str]]]


@dataclass(slots=True)
class Draft:
    """What was answered so far, page by page, and the case that was made of it."""

    answers: Answers = field(default_factory=dict)
    case: str = ""


def load(request: HttpRequest, draft_id: UUID) -> Draft:
    """The draft as this browser left it; an empty one where there is none or its key is gone."""
    return _opened(request, draft_id, request.session.get(DRAFTS, {}).get(str(draft_id), ""))


def locked(request: HttpRequest, draft_id: UUID) -> Draft:
    """The same as it stands in the database now; a second submit waits here until the first has ended."""
    key = request.session.session_key
    if not Session.objects.select_for_update().filter(session_key=key).exists():
        return load(request, draft_id)
    request.session[DRAFTS] = request.session.load().get(DRAFTS, {})
    return load(request, draft_id)


def save(request: HttpRequest, draft_id: UUID, draft: Draft) -> None:
    """Keeps the draft in the session, sealed; only the last few drafts stay."""
    content = json.dumps({"answers": draft.answers, "case": draft.case}).encode()
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + AESGCM(_key(request)).encrypt(nonce, content, _place(request, draft_id))
    drafts = dict(request.session.get(DRAFTS, {}))
    drafts.pop(str(draft_id), None)
    drafts[str(draft_id)] = base64.b64encode(sealed).decode()
    request.session[DRAFTS] = dict(list(drafts.items())[-KEPT:])


def save_at_once(request: HttpRequest, draft_id: UUID, draft: Draft) -> None:
    """The same inside the open transaction, so that it stands or falls with the case."""
    save(request, draft_id, draft)
    request.session.save()


def keep_key(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Leaves the half of the key that this server never stores in the browser, until it is closed."""
    response.set_cookie(
        COOKIE,
        _browser_key(request),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _opened(request: HttpRequest, draft_id: UUID, kept: str) -> Draft:
    if not kept or COOKIE not in request.COOKIES:
        return Draft()
    sealed = base64.b64decode(kept)
    try:
        content = AESGCM(_key(request)).decrypt(sealed[:NONCE], sealed[NONCE:], _place(request, draft_id))
    except InvalidTag:
        return Draft()
    loaded = json.loads(content)
    return Draft(answers=loaded["answers"], case=loaded["case"])


def _browser_key(request: HttpRequest) -> str:
    if not request.COOKIES.get(COOKIE):
        request.COOKIES[COOKIE] = secrets.token_urlsafe(32)
    return request.COOKIES[COOKIE]


def _key(request: HttpRequest) -> bytes:
    material = settings.SECRET_KEY.encode() + _browser_key(request).encode()
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"opennrm draft of a case").derive(material)


def _place(request: HttpRequest, draft_id: UUID) -> bytes:
    return f"{request.user.pk}/{draft_id}".encode()
