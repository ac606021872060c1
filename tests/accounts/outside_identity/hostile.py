"""A provider over HTTP, with real keys, that says whatever a test tells it to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk() -> dict[str, Any]:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
    return {**public, "kid": "one", "use": "sig", "alg": "RS256"}


@dataclass
class Hostile:
    """Honest as long as nothing is overridden. `answers` replaces what a path answers."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    signing_key: Any = KEY
    algorithm: str = "RS256"
    kid: str = "one"
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    @property
    def entry(self) -> dict[str, str]:
        return {
            "id": "made-up",
            "name": "Made-up",
            "server_url": self.url,
            "client_id": "cpms",
            "client_secret": "secret",
        }

    def answer(self, path: str, form: dict[str, list[str]]) -> Any:
        self.asked.append((path, form))
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "userinfo_endpoint": f"{self.url}/userinfo",
                **self.discovery,
            }
        if path == "/jwks":
            return {"keys": [jwk()]}
        if path == "/token":
            return {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}
        return {"sub": self.claims.get("sub", "subject-1")}

    def id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "cpms",
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "email": "richard.test1@trust.example",
            "email_verified": True,
            **self.claims,
        }
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(present, self.signing_key, self.algorithm, headers={"kid": self.kid})

    def back(self, authorize_url: str, **changed: str) -> str:
        """Where a browser is sent back to, with the nonce of the request in the ID token."""
        asked = {name: value[0] for name, value in parse_qs(urlsplit(authorize_url).query).items()}
        self.claims.setdefault("nonce", asked["nonce"])
        given = {"code": "code", "state": asked["state"], **changed}
        return f"/login/with/made-up/callback/?{urlencode(given)}"


@contextmanager
def running_hostile() -> Iterator[Hostile]:
    hostile = Hostile()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.give({})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self.give(parse_qs(self.rfile.read(length).decode()))

        def give(self, form: dict[str, list[str]]) -> None:
            answer = hostile.answer(urlsplit(self.path).path, form)
            status, headers = 200, {"Content-Type": "application/json"}
            if isinstance(answer, tuple):
                status, answer, headers = answer
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hostile.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield hostile
        server.shutdown()
        thread.join()
