"""What the local servers keep in their folder."""

import stat

from cryptography.fernet import Fernet

from cpms.local.places import fernet_key


def test_a_key_is_made_once_fit_for_encryption_and_only_its_owners_to_read(tmp_path):
    file = tmp_path / "second-factor-key"
    key = fernet_key(file)
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"secret")) == b"secret"
    assert fernet_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
