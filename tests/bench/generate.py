#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a company of any size: as LDIF, and as the snapshot of a Toggl organization that is equal to it.

    generate.py PEOPLE FOLDER

writes company.ldif, company.snapshot and company.conf into FOLDER. There is one group of 50 for every 50
people, filled by chance; the chance is the same each time, so that numbers can be compared.
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
  { group_match = "^team-(.+)$"; toggl_group = "Team \\\\1"; workspaces = "Company"; },
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
                f"telephoneNumber: +49 30 {person.number:08d}\nentryUUID: {person.anchor}\n\n")
        for group in groups:
            out.write(f"dn: {group.dn}\nobjectClass: groupOfNames\ncn: team-{group.name}\n"
                      + "".join(f"member: {person.dn}\n" for person in group.members)
                      + f"entryUUID: {group.anchor}\n\n")


def member_rows(people):
    yield {"id": 3999999, "user_id": 8999999, "mail": "owner@example.org", "name": "Olivia Owner", "joined": True,
           "admin": True, "owner": True, "workspaces": [{"id": WORKSPACE, "role": "admin"}]}
    for person in people:
        yield {"id": person.member_id, "user_id": person.user_id, "mail": person.mail, "name": person.name,
               "joined": True, "groups": sorted(person.groups),
               "workspaces": [{"id": WORKSPACE, "workspace_user_id": 6000000 + person.number, "role": "user"}]}


def link_rows(people):
    for person in people:
        yield {"source": "company", "anchor": person.anchor, "anchor_kind": "entryUUID", "origin": 1,
               "mail_key": person.mail, "mail_keys": [person.mail], "dn": person.dn, "dn_keys": [person.dn],
               "uids": [person.uid], "user_id": person.user_id, "organization_user_id": person.member_id,
               "first_seen": SEEN}


def grant_rows(people, groups):
    for person in people:
        yield {"kind": 1, "member": person.member_id, "user_id": person.user_id, "target": WORKSPACE, "role": "user",
               "since": SEEN}
        for group in person.groups:
            yield {"kind": 0, "member": person.member_id, "user_id": person.user_id, "target": group, "since": SEEN}
    for group in groups:
        yield {"kind": 3, "target": group.id, "second": WORKSPACE, "since": SEEN}


def binding_rows(groups):
    yield {"kind": 1, "name": "Company", "target": WORKSPACE}
    for group in groups:
        yield {"kind": 0, "name": f"Team {group.name}", "target": group.id, "group_anchor": group.anchor,
               "source": "company"}


def write_snapshot(path, people, groups):
    fields = [
        ("format", "toggl-ldap-sync snapshot"), ("version", 1), ("created", "2026-01-01T00:00:00Z"),
        ("organization", {"id": ORGANIZATION, "name": "Example", "owner_user_id": 8999999, "self_user_id": 8999999,
                          "self_is_admin": True, "workspaces_complete": True, "groups_read": True}),
        ("members", member_rows(people)),
        ("groups", ({"id": group.id, "name": f"Team {group.name}", "workspaces": [WORKSPACE]} for group in groups)),
        ("workspaces", iter([{"id": WORKSPACE, "name": "Company"}])),
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


def generate(count, folder, uri="ldapi:///"):
    chance = random.Random(20261124)
    people = [Person(number) for number in range(count)]
    groups = [Group(number, chance.sample(people, GROUP_SIZE)) for number in range(count // GROUP_SIZE)]
    os.makedirs(folder, exist_ok=True)
    write_ldif(os.path.join(folder, "company.ldif"), people, groups)
    write_snapshot(os.path.join(folder, "company.snapshot"), people, groups)
    write_configuration(folder, uri)


def write_configuration(folder, uri):
    with open(os.path.join(folder, "company.conf"), "w", encoding="utf-8") as out:
        out.write(CONFIGURATION % {"uri": uri, "organization": ORGANIZATION})


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdigit() or int(sys.argv[1]) < GROUP_SIZE:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} PEOPLE FOLDER\nPEOPLE is at least {GROUP_SIZE}")
    generate(int(sys.argv[1]), sys.argv[2])
