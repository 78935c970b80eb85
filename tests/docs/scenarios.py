# SPDX-License-Identifier: Apache-2.0
"""scenarios - what happens to the made-up company for each page of contrib/guides/events, and what each command line of
that page does then.

A Step stands for one command line, in the order of the page: `before` makes happen what the page tells at that point,
then the command ends with `status`, and says `says`, and not `silent`.
"""
import dataclasses
import json
import re
import sqlite3
import time
import typing
import urllib.request

DISABLED = "pwdAccountLockedTime: 000001010000Z\n"
ANNA, BOGDAN = "aberger", "bionescu"


@dataclasses.dataclass
class Step:
    status: int = 0
    says: str = ""
    silent: str = ""
    before: typing.Callable = None


def entry(text, uid):
    """Where the entry of UID begins and ends in TEXT."""
    start = text.index(f"dn: uid={uid},")
    end = text.find("\ndn: ", start)
    return start, len(text) if end < 0 else end + 1


def edit(place, uid, change):
    """CHANGE gets the entry of UID as LDIF, and gives what stands there from now on."""
    with open(place.path("company.ldif"), encoding="utf-8") as file:
        text = file.read()
    start, end = entry(text, uid)
    place.write("company.ldif", text[:start] + change(text[start:end]) + text[end:])


def everywhere(old, new):
    def change(place):
        with open(place.path("company.ldif"), encoding="utf-8") as file:
            text = file.read()
        assert old in text, old
        place.write("company.ldif", text.replace(old, new))
    return change


def append(uid, line):
    return lambda place: edit(place, uid, lambda text: text.rstrip("\n") + "\n" + line + "\n\n")


def disable(*uids):
    def change(place):
        for uid in uids:
            append(uid, DISABLED.rstrip("\n"))(place)
    return change


def enable(uid):
    return lambda place: edit(place, uid, lambda text: text.replace(DISABLED, ""))


def replace(uid, *pairs):
    def change(text):
        for old, new in pairs:
            assert old in text, (old, text)
            text = text.replace(old, new)
        return text
    return lambda place: edit(place, uid, change)


def remove(*uids):
    def change(place):
        for uid in uids:
            edit(place, uid, lambda text: "")
    return change


def without(text, section):
    """TEXT, a configuration, without one of its sections, up to the next that begins a line."""
    return re.sub(rf"^{section}\s*[:=].*?(?=^\w+\s*[:=]|\Z)", "", text, flags=re.MULTILINE | re.DOTALL)


def configure(*pieces):
    """Puts sections in the place of those of the configuration."""
    def change(place):
        with open(place.path("test.conf"), encoding="utf-8") as file:
            text = file.read()
        for piece in pieces:
            text = without(text, re.match(r"\s*(\w+)", piece)[1]) + "\n" + piece + "\n"
        place.write("test.conf", text)
    return change


def in_configuration(old, new):
    def change(place):
        with open(place.path("test.conf"), encoding="utf-8") as file:
            text = file.read()
        assert old in text, old
        place.write("test.conf", text.replace(old, new))
    return change


def both(*changes):
    def change(place):
        for each in changes:
            each(place)
    return change


def call(*arguments):
    """Somebody does something in Toggl, or here."""
    def change(place):
        status, said = place.run(*arguments)
        assert status == 0, f"{arguments}: {said}"
    return change


def member(place, mail):
    state = json.load(urllib.request.urlopen(place.control("state"), timeout=10))
    return next(user for user in state["users"] if user["email"].lower() == mail)


def post(place, path, body):
    request = urllib.request.Request(place.control(path), json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


def accept(mail):
    return lambda place: post(place, "accept", {"email": mail})


def accept_all(place):
    state = json.load(urllib.request.urlopen(place.control("state"), timeout=10))
    for user in state["users"]:
        if not user["joined"]:
            accept(user["email"])(place)


def refuse_token(place):
    """From the second request of a run on that would change something, Toggl does not know the token any more."""
    post(place, "script", [{"at": 2, "match": {"method": "WRITE"}, "do": "401"}])


def good_token(place):
    post(place, "script", [])


def leaves_group(place):
    """Somebody takes Anna out of the group Engineering, in Toggl."""
    anna = member(place, "anna.berger@example.org")
    call("api", "patch_organization_group", "group_id=880001", "op=remove", "path=/users", f"value={anna['user_id']}",
         "--yes")(place)


def days_later(place):
    """The grace of those who are missing is over but for one read."""
    with sqlite3.connect(place.path("state.db")) as state:
        state.execute("UPDATE link SET missing_since = missing_since - 5 * 86400 WHERE missing_since > 0")
    state.close()


def other_machine(place):
    """The state is one of another machine."""
    with sqlite3.connect(place.path("state.db")) as state:
        state.execute("UPDATE meta SET value = 'sha256 of another machine' WHERE key = 'machine'")
    state.close()


LEAVERS = ["zkovacs", "pricci", "uvirtanen", "fhuber", "zjanssens", "ydemir", "xpapadopoulou"]
SAME = 'lifecycle: { create_groups = true; same_domains = ( ( "example.org", "example.com" ) ); };'
CHANGE = 'lifecycle: { create_groups = true; addresses = "change"; };'
FOLLOW = 'lifecycle: { names = "follow"; addresses = "change"; };'
RENAMED = (("displayName: Anna Berger", "displayName: Anna Winter"), ("anna.berger@", "anna.winter@"))
ANNAS_ANCHOR = ("7854ef30-b38f-569b-bb61-85a623aa7310", "00000000-0000-0000-0000-00000000a22a")
EXPIRES = ('disabled = "ppolicy"; };', 'disabled = "ppolicy"; expires: { attribute = "employeeNumber"; format = "iso-date"; }; };')
EXTERNAL = ('lifecycle: { externals = ( { mail = "advisor@example.net"; owner = "anna.berger@example.org"; '
            'until = "2099-06-30"; } ); };')
BOGDAN_LEADS = everywhere("description: lead a team\n", "description: lead a team\nmember: uid=bionescu,ou=people,dc=example,dc=org\n")
SCENARIOS = {
    "leaver": [
        Step(before=disable(ANNA), says="deactivate"),
        Step(says="1 deactivated"),
        Step(before=both(remove(BOGDAN), call("sync")), status=2, says="bogdan.ionescu@example.org"),
        Step(says="anna.berger@example.org is held until"),
    ],
    "mass-leavers": [
        Step(before=both(remove(*LEAVERS), call("sync"), days_later), status=3, says="--exceed removals"),
        Step(says="held by removals"),
        Step(says="zsofia.kovacs@example.org"),
        Step(says="Approved by"),
        Step(says="7 invitations withdrawn"),
    ],
    "ou-rename": [
        Step(before=everywhere("ou=people,dc", "ou=staff,dc"), status=76, says="it holds nothing at or below the base"),
        Step(before=in_configuration("ou=people,", "ou=staff,"), says="No changes"),
        Step(),
    ],
    "mail-domain": [
        Step(before=both(accept_all, configure(SAME), everywhere("@example.org", "@example.com")), says="No changes"),
        Step(before=configure(CHANGE), status=3, says="address-changes"),
        Step(says="Approved by"),
        Step(says="change address"),
    ],
    "marriage": [
        Step(before=replace(ANNA, *RENAMED), says="anna.winter@example.org"),
        Step(before=configure(FOLLOW), status=3, says="--exceed configuration"),
        Step(says="Approved by"),
        Step(says="1 address changed"),
        Step(before=replace(ANNA, ANNAS_ANCHOR), says="goes on with the next run"),
    ],
    "returner": [
        Step(before=both(disable(ANNA), call("sync"), enable(ANNA)), says="reactivate"),
        Step(says="1 reactivated"),
        Step(says="anna.berger@example.org"),
    ],
    "new-manager": [
        Step(before=both(accept("bogdan.ionescu@example.org"), BOGDAN_LEADS), says="teamlead"),
        Step(says="1 role in a workspace set"),
    ],
    "contractor": [
        Step(before=both(in_configuration(*EXPIRES), append(BOGDAN, "employeeNumber: 2020-01-01")), says="expired in the directory"),
        Step(before=configure(EXTERNAL), says="external until 2099-06-30"),
    ],
    "token-owner": [
        Step(before=call("sync"), status=2),
        Step(),
    ],
    "token-rotation": [
        Step(before=both(disable(ANNA), accept("bogdan.ionescu@example.org"), BOGDAN_LEADS, refuse_token), status=77),
        Step(before=good_token, says="Done"),
        Step(says="77"),
    ],
    "restore": [
        Step(),
        Step(says="The state is good"),
        Step(before=other_machine, says="made on another machine"),
        Step(),
        Step(before=lambda place: place.forget("state.db"), says="Remembered without a request"),
    ],
    "move": [
        Step(),
        Step(before=other_machine, says="ours now"),
        Step(),
        Step(says="No changes"),
    ],
    "two-organizations": [
        Step(before=lambda place: place.write("acme.conf", place.base), says="No changes"),
    ],
    "by-hand": [
        Step(before=leaves_group, says="add to group"),
        Step(says="goes on with the next run"),
        Step(status=2),
        Step(says="advisor@example.net"),
    ],
    "erasure": [
        Step(before=both(disable(ANNA), call("sync")), says="anna.berger@example.org"),
        Step(before=remove(ANNA), says="Forgotten: "),
        Step(says="Who has access to what", silent="erger@example.org"),
    ],
    "audit": [
        Step(says="<html"),
        Step(says="Berger@example.org"),
        Step(says="RUN COMMAND"),
        Step(says="Confirmed: "),
        Step(says="The person is in the directory"),
        Step(silent="anna.berger@example.org"),
    ],
}
