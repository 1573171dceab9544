"""Keys are found in the keyring or the environment, and show in nothing but a request."""

from __future__ import annotations

import logging
import pickle

import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from engine.errors import ProviderSetupError
from engine.options.secrets import LogRedaction, Secret, find_secret

CANARY = 'can"ary/7+Q%'


class DictKeyring(KeyringBackend):
    """A keyring that holds what a test puts there."""

    priority = 1

    def __init__(self, **held: str) -> None:
        super().__init__()
        self.held = held
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked
        return self.held.get(username) if service == "candlewick" else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def ring(monkeypatch):
    held = DictKeyring(VENDOR="from-keyring")
    monkeypatch.setattr(keyring, "get_password", held.get_password)
    return held


def test_the_keyring_comes_before_the_environment(ring):
    environ = {"CANDLEWICK_SECRET_VENDOR": "from-environment"}
    assert find_secret("VENDOR", environ).reveal() == "from-keyring"
    ring.held.clear()
    assert find_secret("VENDOR", environ).reveal() == "from-environment"


def test_a_machine_without_a_usable_keyring_asks_the_environment(ring):
    ring.is_locked = True
    assert find_secret("my vendor", {"CANDLEWICK_SECRET_MY_VENDOR": " key\n"}).reveal() == "key"


def test_a_missing_secret_is_answered_with_where_to_put_it(ring):
    with pytest.raises(ProviderSetupError, match=r"keyring set candlewick OTHER.*CANDLEWICK_SECRET_OTHER"):
        find_secret("OTHER", {})


@pytest.mark.parametrize("value", ["two words", "line\nend", "schlüssel", " "])
def test_what_no_header_can_carry_is_refused_without_being_shown(value):
    with pytest.raises(ProviderSetupError, match="store it anew") as caught:
        Secret("VENDOR", value)
    assert not value.strip() or value not in str(caught.value)


def test_a_secret_shows_in_no_text_of_itself():
    secret = Secret("VENDOR", CANARY)
    shown = [repr(secret), str(secret), f"{secret}", f"{[secret]}", repr(vars(type(secret)))]
    shown += [repr(getattr(secret, name)) for name in Secret.__slots__]
    assert all(form not in text for text in shown for form in secret.forms())
    with pytest.raises(TypeError, match="not to be pickled"):
        pickle.dumps(secret)


def test_a_text_loses_the_secret_in_every_form():
    secret = Secret("VENDOR", CANARY)
    text = " | ".join(secret.forms())
    assert len(secret.forms()) >= 3
    assert "ary" not in secret.removed_from(text)


def test_the_http_librarys_log_lines_lose_the_secret(caplog):
    redaction, log = LogRedaction(Secret("VENDOR", CANARY)), logging.getLogger("httpx")
    with caplog.at_level(logging.DEBUG):
        log.info("GET %s", f"https://host/?key={CANARY}")
        redaction.close()
        redaction.close()
        log.info("after")
    assert [record.getMessage() for record in caplog.records] == ["GET https://host/?key=[secret]", "after"]
