from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 46 MiB in two passes: twice what OWASP asks for with that memory.

    One thread: Django's eight, with 100 MiB, would let a few logins at once fill a small server.
    Hashes of other parameters are made anew when their owner logs in.
    """

    time_cost = 2
    memory_cost = 46 * 1024
    parallelism = 1
