#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""canary FILE...: names every secret of the tests that got into an output.

    found = canary.secrets(token, fake_state)       what must not be said
    canary.leaks(text, found)                       which of these TEXT says, in whatever form

Run as a program it looks for the tokens that all tests use, and for what only a header holds.
"""
import base64
import sys
import urllib.parse

# What tests log in with, here and in the unit tests.
TOKENS = ["test-token", "fake-token", "the-token"]
# What else tests plant: the operator's webhook, its key, the mail server's password; directories' bind passwords.
PLANTED = ["canary-toggl-token", "canary-webhook-key", "canary-hook-path", "canary-ping-path", "canary-mail-password",
           "canary-bind-password"]
# The beginnings of what nobody may ever see.
HEADERS = ["Authorization: ", "authorization: ", "Basic dGVzdC10b2tlbj", "Basic ZmFrZS10b2tlbj"]


def forms(secret):
    """SECRET as it is, URL-encoded, and in base64 as HTTP sends it."""
    both = f"{secret}:api_token".encode()
    return {secret, urllib.parse.quote(secret, safe=""), base64.b64encode(both).decode(),
            base64.b64encode(secret.encode()).decode().rstrip("=")}


def secrets(token, state):
    """Every form of the token and of each invitation code in STATE, the fake Toggl's; None: no fake."""
    found = forms(token)
    worlds = [state or {}] + (state or {}).get("other_organizations", [])
    for world in worlds:
        for user in world.get("users", []):
            code = user.get("invitation_code")
            if code and len(code) > 5:
                found |= {code, urllib.parse.quote(code, safe="")}
    return found


def leaks(text, found):
    return sorted(secret for secret in found | set(HEADERS) if secret in text)


def main():
    bad = 0
    known = set().union(*(forms(token) for token in TOKENS + PLANTED)) - set(TOKENS)
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                for secret in leaks(line, known):
                    print(f"{path}:{number}: says {secret[:6]}...")
                    bad += 1
    print(f"{len(sys.argv) - 1} outputs, {bad} leaks")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
