# SPDX-License-Identifier: Apache-2.0
"""A company from a short description, for the cases of the command line: its directory, and its members in Toggl."""
import uuid

NAMES = uuid.UUID("5b0b7f2e-6d0f-4a53-9a3f-4b0a5f0e7c11")
HEAD = """version: 1

dn: dc=example,dc=org
objectClass: organization
objectClass: dcObject
o: Example
dc: example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=org
objectClass: organizationalUnit
ou: groups
"""


def numbers(text):
    """"1-3,7" -> 1, 2, 3, 7."""
    for part in str(text).split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def uid(number):
    return f"p{number:03d}"


def ldif(company):
    """people: who there is, by number; groups: name -> numbers."""
    text = HEAD
    for number in numbers(company["people"]):
        text += (f"\ndn: uid={uid(number)},ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: {uid(number)}\n"
                 f"cn: Person {number}\nsn: Person\ndisplayName: Person {number}\nmail: {uid(number)}@example.org\n"
                 f"entryUUID: {uuid.uuid5(NAMES, f'person {number}')}\n")
    for name, members in company.get("groups", {}).items():
        text += (f"\ndn: cn={name},ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\ncn: {name}\n"
                 + "".join(f"member: uid={uid(number)},ou=people,dc=example,dc=org\n" for number in numbers(members))
                 + f"entryUUID: {uuid.uuid5(NAMES, f'group {name}')}\n")
    return text + "\n"


def users(company):
    """members: who is in Toggl, with which of their groups and workspaces (name -> numbers)."""
    members = company.get("members", {})
    found = []
    for number in numbers(members.get("people", "0-0")):
        if number == 0:
            continue
        found.append({
            "email": f"{uid(number)}@example.org", "name": f"Person {number}",
            "groups": [name for name, who in members.get("groups", {}).items() if number in numbers(who)],
            "workspaces": [name for name, who in members.get("workspaces", {}).items() if number in numbers(who)]})
    return found
