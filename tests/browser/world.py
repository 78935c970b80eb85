# SPDX-License-Identifier: Apache-2.0
"""world - directories and organizations whose plans have something to show; files for --ldif, --snapshot and --config."""
import importlib.util
import os

HERE = os.path.dirname(os.path.abspath(__file__))
SPEC = importlib.util.spec_from_file_location("generate", os.path.join(HERE, "..", "bench", "generate.py"))
generate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generate)

HOSTILE = (
    '<script>document.title="evil"</script>', '<img src=x onerror="document.title=\'evil\'">', '</script><script>document.title="evil"</script>',
    '" onmouseover="document.title=\'evil\'', "=HYPERLINK(\"http://evil.example\")", "+1+1", "@SUM(A1)", "| a | b |", "[x](javascript:alert(1))",
    "\u202egnp.exe", "\u2066isolate", "a\u200ejoke", "{{7*7}}", "${7*7}", "`code`", "'; DROP TABLE link; --",
)


def entry(number, uid, name, mail, *more):
    lines = [f"dn: uid={uid},ou=people,{generate.SUFFIX}", "objectClass: inetOrgPerson", f"uid: {uid}", "cn: x", "sn: x",
             generate.base64_or_plain("displayName", name).rstrip("\n"), f"mail: {mail}", f"entryUUID: {generate.anchor('new', number)}"]
    return "\n".join(lines + list(more)) + "\n\n"


class World:
    """FOLDER holds company.conf, company.snapshot and company.ldif, which are equal but for what was done here."""

    def __init__(self, people, folder):
        generate.generate(people, folder)
        self.folder = folder
        self.ldif = os.path.join(folder, "company.ldif")
        self.conf = os.path.join(folder, "company.conf")

    def arguments(self, *command):
        return ["--config", self.conf, *command, "--ldif", self.ldif, "--snapshot", os.path.join(self.folder, "company.snapshot")]

    def configure(self, text):
        with open(self.conf, "a", encoding="utf-8") as file:
            file.write(text)

    def edit(self, change):
        with open(self.ldif, encoding="utf-8") as file:
            text = file.read()
        with open(self.ldif, "w", encoding="utf-8") as file:
            file.write(change(text))

    def stir(self):
        """Joiners, leavers, people who vanished, groups that grew and shrank, values that nobody can trust."""
        def change(text):
            records = text.split("\n\n")
            kept = []
            for number, record in enumerate(records):
                person = record.startswith("dn: uid=")
                if person and number % 29 == 0:
                    continue
                if person and number % 31 == 0:
                    record += "\npwdAccountLockedTime: 000001010000Z"
                if record.startswith("dn: cn=team-00001"):
                    lines = record.split("\n")
                    members = [line for line in lines if line.startswith("member:")]
                    record = "\n".join(line for line in lines if line not in members[:30])
                if record.startswith("dn: cn=team-00002"):
                    record += "".join(f"\nmember: uid=new{i},ou=people,{generate.SUFFIX}" for i in range(20))
                kept.append(record)
            newcomers = "".join(entry(i, f"new{i}", f"Newcomer {chr(65 + i)}", f"new{i}@example.org") for i in range(20))
            broken = entry(100, "broken", "Nomail Nobody", "not an address")
            return "\n\n".join(kept).rstrip("\n") + "\n\n" + newcomers + broken
        self.edit(change)
        self.configure('limits: { invitations = 15; };\n')

    def poison(self):
        """Newcomers whose names are attacks."""
        self.edit(lambda text: text.rstrip("\n") + "\n\n" +
                  "".join(entry(200 + i, f"evil{i}", name, f"evil{i}@example.org") for i, name in enumerate(HOSTILE)))

    def empty_organization(self, people):
        """Nobody is a member yet: everybody is invited."""
        groups = [generate.Group(number, []) for number in range(people // generate.GROUP_SIZE)]
        generate.write_snapshot(os.path.join(self.folder, "company.snapshot"), [], groups)
