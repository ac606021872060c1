"""Where the local servers keep their files."""

import base64
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cpms.local import PROJECT, Failure

STATE = PROJECT / ".local"
SERVER_ACCOUNT = "cpms-postgres"
FOLDERS_OF_ROOT = Path("/var/lib/cpms")


@dataclass(frozen=True)
class Place:
    """The folders of one set of servers.

    `state` belongs to who calls: logs, secrets, mail. `data` and `sockets` belong to whom
    PostgreSQL runs as: `account` if the caller is root, whom PostgreSQL refuses, else the caller.
    """

    state: Path
    data: Path
    sockets: Path
    account: pwd.struct_passwd | None

    @property
    def log(self) -> Path:
        return self.state / "log"

    def remove(self) -> None:
        """Remove every file of these servers."""
        for folder in {self.sockets, self.data, self.state}:
            shutil.rmtree(folder, ignore_errors=True)


def make_place(state: Path) -> Place:
    """Make the folders for the servers whose state is kept there; Failure if that cannot be."""
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        (state / "log").mkdir(exist_ok=True)
    except OSError as error:
        raise Failure(unwritable(state, error)) from None
    if not os.access(state, os.W_OK) or not os.access(state / "log", os.W_OK):
        raise Failure(unwritable(state, "another user made it"))
    if os.geteuid() == 0:
        account = server_account()
        home = FOLDERS_OF_ROOT / token(state / "instance")[:16]
        own_folder(FOLDERS_OF_ROOT, os.geteuid(), 0o755)
        own_folder(home, account.pw_uid, 0o700)
        return Place(state, home, socket_folder(state, account.pw_uid), account)
    return Place(state, state, socket_folder(state, os.geteuid()), None)


def unwritable(folder: Path, reason: object) -> str:
    return f"{folder} cannot be written ({reason}). Remove it or make it yours, then try again."


def token(file: Path) -> str:
    """A secret that is made once and kept in a file that only its owner can read."""
    if not file.exists():
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as output:
            output.write(secrets.token_hex(32))
    return file.read_text()


def fernet_key(file: Path) -> str:
    """The same secret in the form that encryption wants: 32 bytes as URL-safe base64."""
    return base64.urlsafe_b64encode(bytes.fromhex(token(file))).decode()


def server_account() -> pwd.struct_passwd:
    """The system user that PostgreSQL runs as when root calls; made at the first call."""
    commands = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"],
        ["adduser", "-S", "-D", "-H", "-h", "/nonexistent"],
    )
    for command in commands:
        if known_account() is None and shutil.which(command[0]):
            subprocess.run([*command, SERVER_ACCOUNT], capture_output=True, check=False)
    account = known_account()
    if account is None:
        raise Failure(
            f"PostgreSQL refuses to run as root, and the system user {SERVER_ACCOUNT} could not be"
            " made for it. Run make as an ordinary user, or make that user first."
        )
    return account


def known_account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        return None


def socket_folder(state: Path, owner: int) -> Path:
    """A folder for sockets that only the owner can enter; its path is short, as sockets need."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "")
    usable = owner == os.geteuid() and runtime.is_absolute() and os.access(runtime, os.W_OK)
    base = runtime if usable else Path(tempfile.gettempdir())
    name = hashlib.sha256(f"{state}:{os.geteuid()}".encode()).hexdigest()[:12]
    folder = base / f"cpms-{name}"
    own_folder(folder, owner, 0o700)
    if len(os.fsencode(folder)) > 80:
        raise Failure(f"The path {folder} is too long for sockets: set TMPDIR to a shorter one.")
    return folder


def own_folder(folder: Path, owner: int, mode: int) -> None:
    """Make the folder; Failure if there is one that somebody else made or can enter."""
    try:
        folder.mkdir(mode=0o700)
        if owner != os.geteuid():
            os.chown(folder, owner, pwd.getpwuid(owner).pw_gid)
        folder.chmod(mode)
    except FileExistsError:
        found = folder.lstat()
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == owner
        if not is_ours or stat.S_IMODE(found.st_mode) & ~mode:
            raise Failure(f"{folder} was not made by CPMS. Remove it, then try again.") from None
    except OSError as error:
        raise Failure(f"{folder} cannot be made: {error.strerror}.") from None
