#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an administrator would write with python-ldap to read people, groups and who is in which.

    administrator.py URI

Prints how many there are. A measure for others, and no more: it notices neither a page that is
missing nor a member that names nobody.
"""
import sys

import ldap
from ldap.controls.libldap import SimplePagedResultsControl

SUFFIX = "dc=example,dc=org"


def paged(connection, base, wanted, attributes):
    control = SimplePagedResultsControl(True, size=500, cookie="")
    while True:
        message = connection.search_ext(base, ldap.SCOPE_SUBTREE, wanted, attributes, serverctrls=[control])
        _, entries, _, controls = connection.result3(message)
        yield from entries
        control.cookie = next(c.cookie for c in controls if c.controlType == control.controlType)
        if not control.cookie:
            return


def text(attributes, name):
    return attributes.get(name, [b""])[0].decode()


def main(uri):
    connection = ldap.initialize(uri)
    connection.sasl_external_bind_s()
    people = {}
    for dn, attributes in paged(connection, f"ou=people,{SUFFIX}", "(objectClass=inetOrgPerson)",
                                ["entryUUID", "uid", "mail", "displayName", "pwdAccountLockedTime"]):
        people[dn.lower()] = {name: text(attributes, name) for name in ("entryUUID", "uid", "mail", "displayName")}
    groups = {}
    for _, attributes in paged(connection, f"ou=groups,{SUFFIX}", "(objectClass=groupOfNames)",
                               ["entryUUID", "cn", "member"]):
        members = (people.get(value.decode().lower()) for value in attributes.get("member", []))
        groups[text(attributes, "cn")] = [person["mail"] for person in members if person is not None]
    print(f"{len(people)} people, {len(groups)} groups, {sum(map(len, groups.values()))} memberships")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} URI")
    main(sys.argv[1])
