# SPDX-License-Identifier: Apache-2.0
"""The real servers of the matrix: the same people and groups in each, and the same changes to them."""
import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.dirname(HERE)
PEOPLE = 1600  # more than Active Directory gives of an attribute at once
RING = (1, 2)  # who is in the two groups that contain each other
NAME = "Maximiliane " * 20 + "von"
# a page of people of so many names is more than a kernel keeps of a connection, 4 MiB: the server is in the midst of it
OTHER_NAMES = 40


def mail(index):
    return f"p{index:04}@example.org"


def uid(index):
    return f"p{index:04}"


class Directory:
    """One server, in a folder of its own, through the scripts beside this one."""

    script = None
    suffix = "dc=example,dc=org"
    account, password = "cn=reader,dc=example,dc=org", "reader.389"
    people, groups, elsewhere = "ou=people", "ou=groups", "ou=elsewhere"

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix=f"{self.script}-")
        os.chmod(self.folder, 0o755)
        self.variables = {}

    def run(self, *arguments, **options):
        environment = {**os.environ, **options, "GUARDIAN": str(os.getpid())}
        done = subprocess.run([os.path.join(SCRIPTS, self.script), *arguments], capture_output=True, text=True,
                              env=environment, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{self.script} {arguments[0]}: {done.stderr}")
        for line in done.stdout.splitlines():
            name, _, value = line.partition("=")
            self.variables[name] = value

    def start(self):
        path = os.path.join(self.folder, "data.ldif")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.ldif())
        self.run("start", self.folder, path)

    def restart(self, **options):
        self.run("restart", self.folder, **options)

    def stop(self):
        subprocess.run([os.path.join(SCRIPTS, self.script), "stop", self.folder], check=False)
        subprocess.run(["rm", "-rf", "--", self.folder], check=False)

    def pid(self):
        return int(self.variables["PID"])

    def address(self, scheme):
        host, _, port = self.variables[scheme].split("://")[1].partition(":")
        return host, int(port or {"LDAP": 389, "LDAPS": 636}[scheme])

    def person(self, index):
        return f"uid={uid(index)},{self.people},{self.suffix}"

    def group(self, name):
        return f"cn={name},{self.groups},{self.suffix}"

    def modify(self, changes):
        """CHANGES is an LDIF of changes, made by the manager."""
        done = subprocess.run(self.manager("ldapmodify"), input=changes, capture_output=True, text=True,
                              env={**os.environ, "LDAPTLS_REQCERT": "never"}, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{self.script}: {done.stderr}")

    def manager(self, program):
        return [program, "-x", "-H", self.variables["LDAP"], "-D", f"cn=admin,{self.suffix}", "-w", "secret"]

    def entry(self, dn, classes, attributes):
        lines = [f"dn: {dn}"] + [f"objectClass: {name}" for name in classes]
        lines += [f"{name}: {value}" for name, value in attributes]
        return "\n".join(lines) + "\n\n"

    def ring(self, name, other, index):
        return self.entry(self.group(name), ["groupOfNames"],
                          [("cn", name), ("member", self.person(index)), ("member", self.group(other))])

    def ldif(self):
        text = self.entry(self.suffix, ["dcObject", "organization"], [("dc", "example"), ("o", "Example")])
        text += self.entry(self.account, ["organizationalRole", "simpleSecurityObject"],
                           [("cn", "reader"), ("userPassword", self.password)])
        for unit in (self.people, self.groups, self.elsewhere):
            text += self.entry(f"{unit},{self.suffix}", ["organizationalUnit"], [("ou", unit[3:])])
        for index in range(PEOPLE):
            text += self.entry(self.person(index), ["inetOrgPerson"],
                               [("uid", uid(index)), ("cn", NAME), ("displayName", NAME), ("sn", uid(index)),
                                *(("cn", f"{NAME} {other}") for other in range(OTHER_NAMES)),
                                ("mail", mail(index))])
        text += self.entry(self.group("all"), ["groupOfNames"],
                           [("cn", "all")] + [("member", self.person(index)) for index in range(PEOPLE)])
        return text + self.ring("ring-a", "ring-b", RING[0]) + self.ring("ring-b", "ring-a", RING[1])

    def rename(self, index):
        self.modify(f"dn: {self.person(index)}\nchangetype: modrdn\nnewrdn: uid=renamed\ndeleteoldrdn: 1\n")

    def move(self, index):
        self.modify(f"dn: {self.person(index)}\nchangetype: modrdn\nnewrdn: uid={uid(index)}\ndeleteoldrdn: 0\n"
                    f"newsuperior: {self.elsewhere},{self.suffix}\n")

    def settings(self):
        return ""


class Slapd(Directory):
    script = "slapd"

    def disable(self, index):
        self.modify(f"dn: {self.person(index)}\nchangetype: modify\nadd: pwdAccountLockedTime\n"
                    "pwdAccountLockedTime: 000001010000Z\n")

    def size_limit(self):
        self.restart(SIZELIMIT="500", PRTOTAL="700")
        return "sizeLimitExceeded (4) after 700 entries"

    def look_through_limit(self):
        self.restart(UNCHECKED="100")
        return "adminLimitExceeded (11)"

    def time_limit(self):
        self.restart(TIMELIMIT="1")
        return "timeLimitExceeded (3)"

    def no_limits(self):
        self.restart()


class Ds389(Directory):
    script = "389ds"

    def manager(self, program):
        return [program, "-x", "-H", self.variables["LDAP"], "-D", "cn=Directory Manager", "-w", "secret.389"]

    def disable(self, index):
        self.modify(f"dn: {self.person(index)}\nchangetype: modify\nadd: nsAccountLock\nnsAccountLock: true\n")

    def limit(self, name, value):
        self.modify(f"dn: {self.account}\nchangetype: modify\nreplace: {name}\n{name}: {value}\n")

    def size_limit(self):
        self.limit("nsSizeLimit", 100)
        return "sizeLimitExceeded (4) after 100 entries"

    def look_through_limit(self):
        self.limit("nsLookThroughLimit", 700)
        return "adminLimitExceeded (11)"

    def time_limit(self):
        self.limit("nsTimeLimit", 1)
        return "raise nsTimeLimit on the account's entry"  # it answers with code 3, or closes the connection

    def no_limits(self):
        self.modify(f"dn: {self.account}\nchangetype: modify\nreplace: nsSizeLimit\n-\nreplace: nsLookThroughLimit\n-\n"
                    "replace: nsTimeLimit\n")


class Samba(Directory):
    script = "samba"
    suffix = "DC=ad,DC=example,DC=org"
    account, password = "reader@AD.EXAMPLE.ORG", "Passw0rd.ad"

    def person(self, index):
        return f"CN={uid(index)},{self.people},{self.suffix}"

    def manager(self, program):
        return [program, "-x", "-H", self.variables["LDAPS"], "-D", "Administrator@AD.EXAMPLE.ORG", "-w", "Passw0rd.ad"]

    def ldif(self):
        text = ""
        for unit in (self.people, self.groups, self.elsewhere):
            text += self.entry(f"{unit},{self.suffix}", ["organizationalUnit"], [("ou", unit[3:])])
        for index in range(PEOPLE):
            text += self.entry(self.person(index), ["user"],
                               [("cn", uid(index)), ("sAMAccountName", uid(index)), ("mail", mail(index)),
                                ("userAccountControl", "544")])
        text += "# next\n"
        text += self.entry(self.group("all"), ["group"],
                           [("sAMAccountName", "all")] + [("member", self.person(index)) for index in range(PEOPLE)])
        text += self.entry(self.group("ring-a"), ["group"],
                           [("sAMAccountName", "ring-a"), ("member", self.person(RING[0]))])
        text += "# next\n"
        text += self.entry(self.group("ring-b"), ["group"],
                           [("sAMAccountName", "ring-b"), ("member", self.person(RING[1])),
                            ("member", self.group("ring-a"))])
        return text

    def start(self):
        super().start()
        self.modify(f"dn: {self.group('ring-a')}\nchangetype: modify\nadd: member\nmember: {self.group('ring-b')}\n")

    def rename(self, index):
        self.modify(f"dn: {self.person(index)}\nchangetype: modrdn\nnewrdn: CN=renamed\ndeleteoldrdn: 1\n")

    def move(self, index):
        self.modify(f"dn: {self.person(index)}\nchangetype: modrdn\nnewrdn: CN={uid(index)}\ndeleteoldrdn: 1\n"
                    f"newsuperior: {self.elsewhere},{self.suffix}\n")

    def disable(self, index):
        self.modify(f"dn: {self.person(index)}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 546\n")

    def size_limit(self):
        """Samba knows the policy of Active Directory, and does not enforce it."""
        return None

    look_through_limit = size_limit
    time_limit = size_limit

    def no_limits(self):
        pass
