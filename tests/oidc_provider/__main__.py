"""Run the provider: python -m tests.oidc_provider PORT REDIRECT_URI [REDIRECT_URI ...]"""

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

PASSWORD = "Provider-Pass-1"
CLIENT_ID, CLIENT_SECRET = "cpms", "client-secret-of-the-tests"
PEOPLE = {"richard.test1@trust.example": True, "nina.new@trust.example": True}


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Says nothing."""


def main(port: int, redirect_uris: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.oidc_provider.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    fill(redirect_uris)
    server = make_server("127.0.0.1", port, get_wsgi_application(), Server, Quiet)
    server.serve_forever()


def fill(redirect_uris: list[str]) -> None:
    # Models can be imported only once Django is set up.
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User

    for address, verified in PEOPLE.items():
        user = User.objects.create_user(address.partition("@")[0], address, PASSWORD)
        EmailAddress.objects.create(user=user, email=address, primary=True, verified=verified)
    client = Client(id=CLIENT_ID, name="CPMS", scopes="openid\nemail\nprofile")
    client.set_secret(CLIENT_SECRET)
    client.set_redirect_uris(redirect_uris)
    client.save()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
