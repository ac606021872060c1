from accounts.lockout import is_locked_out

USERS = "/approvals/users/"


def text_of(response):
    return response.content.decode()


def page(whom, act=""):
    return f"{USERS}{whom.pk}/{act + '/' if act else ''}"


def lock_out(client, whom):
    for _ in range(5):
        client.post("/login/", {"login": whom.email, "password": "Wrong-Horse-7"})
    assert is_locked_out(whom.email)
