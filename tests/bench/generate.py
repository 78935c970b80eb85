#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a company of any size: as LDIF, and as the snapshot of a Toggl organization that is equal to it.

    generate.py PEOPLE FOLDER [GROUP-SIZE [CHANGED]]

writes company.ldif, company.snapshot and company.conf into FOLDER. There is one group for every 50 people, of
GROUP-SIZE (50) members by chance; the chance is the same each time, so that numbers can be compared. CHANGED is how
many percent of the memberships are others in the directory; of the people a tenth of that came, and a tenth left.
"""
import json
import os
import random
import sys
import uuid

ORGANIZATION = 1234567
WORKSPACE = 7654321
GROUP_SIZE = 50
SEEN = 1700000000
SUFFIX = "dc=example,dc=org"
FIRST = ("Anna", "Björn", "Chiara", "David", "Émile", "Fatima", "Grzegorz", "Hana", "Ivan", "Jörg", "Kateřina", "Luis")
LAST = ("Berger", "Çelik", "Dvořák", "Ek", "Fischer", "García", "Horvat", "Ivanova", "Jansen", "Kowalski", "Lund", "Müller")
NAMES = uuid.UUID("8c5b7a5e-3f0e-4f0f-9a86-0d5b9fd0f2a1")

CONFIGURATION = """\
# The organization of a measurement. BENCH_* come from the program that measures.
directory:
{
  name = "company";
  kind = "openldap";
  uris = "%(uri)s";
  bind: { method = "external"; };
  people: { base = "ou=people,dc=example,dc=org"; filter = "(objectClass=inetOrgPerson)";
            mail = "mail"; name = "displayName"; anchor = "entryUUID"; };
  groups: { base = "ou=groups,dc=example,dc=org"; filter = "(objectClass=groupOfNames)";
            name = "cn"; member = "member"; nested = true; };
};
toggl: { organization = %(organization)d; token = "env:TOGGL_TOKEN"; };
mapping =
(
  { group_match = "^team-(.+)$"; toggl_group = "Team \\\\1"; workspaces = "Company"; via = "group"; },
  { everyone = true; workspaces = "Company"; }
);
state = "state.db";
"""


def anchor(kind, number):
    return str(uuid.uuid5(NAMES, f"{kind} {number}"))


class Person:
    def __init__(self, number):
        self.number = number
        self.first = FIRST[number % len(FIRST)]
        self.last = LAST[number // len(FIRST) % len(LAST)]
        self.uid = f"u{number:06d}"
        self.name = f"{self.first} {self.last}"
        self.mail = f"{self.uid}@example.org"
        self.dn = f"uid={self.uid},ou=people,{SUFFIX}"
        self.anchor = anchor("person", number)
        self.user_id = 9000000 + number
        self.member_id = 4000000 + number
        self.groups = []
        self.locked = False


class Group:
    def __init__(self, number, members):
        self.number = number
        self.name = f"{number:05d}"
        self.dn = f"cn=team-{self.name},ou=groups,{SUFFIX}"
        self.anchor = anchor("group", number)
        self.id = 800000 + number
        self.members = members
        for person in members:
            person.groups.append(self.id)


def base64_or_plain(name, value):
    if value.isascii():
        return f"{name}: {value}\n"
    import base64
    return f"{name}:: {base64.b64encode(value.encode()).decode()}\n"


def write_ldif(path, people, groups):
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n\n")
        for unit in ("people", "groups"):
            out.write(f"dn: ou={unit},{SUFFIX}\nobjectClass: organizationalUnit\nou: {unit}\n\n")
        for person in people:
            out.write(
                f"dn: {person.dn}\nobjectClass: inetOrgPerson\nuid: {person.uid}\n"
                + base64_or_plain("cn", person.name)
                + base64_or_plain("sn", person.last)
                + base64_or_plain("givenName", person.first)
                + base64_or_plain("displayName", person.name)
                + f"mail: {person.mail}\nemployeeNumber: {person.number}\ndepartmentNumber: {person.number % 97}\n"
                f"telephoneNumber: +49 30 {person.number:08d}\n"
                + ("pwdAccountLockedTime: 000001010000Z\n" if person.locked else "")
                + f"entryUUID: {person.anchor}\n\n")
        for group in groups:
            out.write(f"dn: {group.dn}\nobjectClass: groupOfNames\ncn: team-{group.name}\n"
                      + "".join(f"member: {person.dn}\n" for person in group.members)
                      + f"entryUUID: {group.anchor}\n\n")


# What stands in a row of each table, and in which order. Zeros and nulls at the end of a row are left out.
COLUMNS = {
    "members": ["id", "mail", "user_id", "name", "joined", "groups", "workspaces", "admin", "owner"],
    "groups": ["id", "name", "workspaces"],
    "workspaces": ["id", "name"],
    "links": ["source", "anchor", "organization_user_id", "user_id", "anchor_kind", "origin", "mail_key", "dn", "uids",
              "first_seen"],
    "grants": ["kind", "member", "targets", "second", "user_id", "since", "role"],
    "bindings": ["kind", "name", "target", "source", "group_anchor"],
}


def member_rows(people):
    yield [3999999, "owner@example.org", 8999999, "Olivia Owner", True, [], [[WORKSPACE, None, "admin"]], True, True]
    for person in people:
        yield [person.member_id, person.mail, person.user_id, person.name, True, sorted(person.groups),
               [[WORKSPACE, 6000000 + person.number, "user"]]]


def link_rows(people):
    for person in people:
        yield ["company", person.anchor, person.member_id, person.user_id, "entryUUID", 1, person.mail, person.dn,
               [person.uid], SEEN]


def grant_rows(people, groups):
    for person in people:
        yield [1, person.member_id, [WORKSPACE], None, person.user_id, SEEN, "user"]
        if person.groups:
            yield [None, person.member_id, sorted(person.groups), None, person.user_id, SEEN]
    yield [3, None, [group.id for group in groups], WORKSPACE, None, SEEN]


def binding_rows(groups):
    yield [1, "Company", WORKSPACE]
    for group in groups:
        yield [None, f"Team {group.name}", group.id, "company", group.anchor]


def write_snapshot(path, people, groups):
    fields = [
        ("format", "toggl-ldap-sync snapshot"), ("version", 2), ("created", "2026-01-01T00:00:00Z"),
        ("organization", {"id": ORGANIZATION, "name": "Example", "owner_user_id": 8999999, "self_user_id": 8999999,
                          "self_is_admin": True, "workspaces_complete": True, "groups_read": True}),
        ("columns", COLUMNS),
        ("members", member_rows(people)),
        ("groups", ([group.id, f"Team {group.name}", [WORKSPACE]] for group in groups)),
        ("workspaces", iter([[WORKSPACE, "Company"]])),
        ("ledger", {"known": True, "last_run": SEEN}),
        ("links", link_rows(people)),
        ("grants", grant_rows(people, groups)),
        ("bindings", binding_rows(groups)),
    ]
    compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    with open(path, "w", encoding="utf-8") as out:
        for i, (key, value) in enumerate(fields):
            out.write("{" if i == 0 else ",\n")
            out.write(f"{compact(key)}: ")
            if hasattr(value, "__next__"):
                out.write("[\n" + ",\n".join(map(compact, value)) + "]")
            else:
                out.write(compact(value))
        out.write("\n}\n")


def change(people, groups, percent, chance):
    """What happened in the directory since the organization was last equal to it."""
    some = len(people) * percent // 1000
    for person in chance.sample(people, some):
        person.locked = True
    people.extend([Person(len(people) + number) for number in range(some)])
    for group in groups:
        others = len(group.members) * percent // 200
        there = {person.number for person in group.members}
        group.members = group.members[others:]
        while others > 0:
            person = chance.choice(people)
            if person.number not in there:
                there.add(person.number)
                group.members.append(person)
                others -= 1


def generate(count, folder, uri="ldapi:///", size=GROUP_SIZE, changed=0):
    chance = random.Random(20261124)
    people = [Person(number) for number in range(count)]
    groups = [Group(number, chance.sample(people, size)) for number in range(count // GROUP_SIZE)]
    os.makedirs(folder, exist_ok=True)
    write_snapshot(os.path.join(folder, "company.snapshot"), people, groups)
    if changed > 0:
        change(people, groups, changed, chance)
    write_ldif(os.path.join(folder, "company.ldif"), people, groups)
    write_configuration(folder, uri)


def write_configuration(folder, uri):
    with open(os.path.join(folder, "company.conf"), "w", encoding="utf-8") as out:
        out.write(CONFIGURATION % {"uri": uri, "organization": ORGANIZATION})


if __name__ == "__main__":
    numbers = sys.argv[1:2] + sys.argv[3:]
    if len(sys.argv) not in (3, 4, 5) or not all(number.isdigit() for number in numbers) or int(numbers[0]) < GROUP_SIZE:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} PEOPLE FOLDER [GROUP-SIZE [CHANGED]]\n"
                 f"PEOPLE is at least {GROUP_SIZE}")
    options = [int(number) for number in numbers[1:]]
    generate(int(numbers[0]), sys.argv[2], size=(options + [GROUP_SIZE])[0], changed=(options + [0, 0])[1])
