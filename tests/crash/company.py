# SPDX-License-Identifier: Apache-2.0
"""A made-up company, before and after a reorganization that takes at least 170 requests; and what
ties a program, a fake Toggl and a state together, so that a run can be repeated from the same point.

    company = Company(seed)
    with Bench(program, fake, company, folder) as bench:
        bench.prepare()                     # everybody is linked, the state is kept for later
        with bench.world() as world:
            status = world.sync(CRASH_AT="17")
"""
import json
import os
import random
import shutil
import signal
import subprocess
import urllib.request
import uuid

INVITED = 90
ASSIGNED = 45
DISABLED = 25
MOVED = 40
GROUPS = 20
SUFFIX = "dc=example,dc=org"
CONFIG = """
directory: {{ name = "main"; kind = "ldif"; file = "people.ldif";
  people: {{ base = "ou=people,{suffix}"; }};
  groups: {{ base = "ou=groups,{suffix}"; }}; max_shrink = "100%"; }};
toggl: {{ organization = 7; token = "env:TOGGL_TOKEN"; base_url = "{url}"; requests_per_hour = 100000;
  min_interval_ms = 0; settle_seconds = 0; }};
mapping = ( {{ group_match = "^team-(.+)$"; toggl_group = "\\\\1"; }},
            {{ group_name = "depot"; workspaces = "Depot"; }},
            {{ everyone = true; workspaces = "Company"; }} );
lifecycle: {{ create_groups = true; }};
limits: {{ removals = "100%"; removals_count = {removals}; removals_floor = {removals}; removals_per_day = 100000;
  invitations = 100000; group_removals = "100%"; }};
state = "state.db";
"""


def entry(kind, name, lines):
    folder = "people" if kind == "uid" else "groups"
    dn = f"{kind}={name},ou={folder},{SUFFIX}"
    identity = uuid.uuid5(uuid.NAMESPACE_DNS, dn)
    return "\n".join([f"dn: {dn}"] + lines + [f"entryUUID: {identity}"]) + "\n"


def person(name, disabled=False):
    lines = ["objectClass: inetOrgPerson", f"uid: {name}", f"cn: {name}", f"sn: {name}",
             f"mail: {name}@example.org"]
    return entry("uid", name, lines + (["pwdAccountLockedTime: 000001010000Z"] if disabled else []))


def group(name, members):
    return entry("cn", name, ["objectClass: groupOfNames", f"cn: {name}"] +
                 [f"member: uid={member},ou=people,{SUFFIX}" for member in members])


class Company:
    """Who is in which directory group, before and after. The seed decides who does what."""

    def __init__(self, seed, scale=1):
        self.random = random.Random(seed)
        assigned, disabled = ASSIGNED * scale, DISABLED * scale
        old = [f"p{number:03}" for number in range(assigned + disabled + MOVED * scale)]
        self.random.shuffle(old)
        self.old = old
        self.disabled = set(old[:disabled])
        self.assigned = old[disabled:disabled + assigned]
        self.moved = old[disabled + assigned:]
        self.new = [f"n{number:03}" for number in range(INVITED * scale)]
        self.random.shuffle(self.new)
        self.home = {name: self.random.randrange(GROUPS) for name in old}
        self.home.update({name: number % GROUPS for number, name in enumerate(self.moved)})
        self.move = {name: (self.home[name] + 1 + self.random.randrange(GROUPS - 1)) % GROUPS
                     for name in self.moved}

    def ldif(self, after):
        people = self.old + (self.new if after else [])
        teams = {f"team-g{number:02}": [] for number in range(GROUPS)}
        for name in self.old:
            number = self.move.get(name, self.home[name]) if after else self.home[name]
            teams[f"team-g{number:02}"].append(name)
        if after:
            # a team of their own each: that many different invitations
            for name in self.new:
                teams[f"team-own-{name}"] = [name]
        depot = (self.assigned if after else []) + self.moved[:1]
        text = ["version: 1\n", f"dn: {SUFFIX}\nobjectClass: organization\nobjectClass: dcObject\n"
                                "o: Example\ndc: example\n"]
        text += [f"dn: ou={unit},{SUFFIX}\nobjectClass: organizationalUnit\nou: {unit}\n"
                 for unit in ("people", "groups")]
        text += [person(name, after and name in self.disabled) for name in people]
        text += [group(name, members) for name, members in sorted(teams.items()) if members]
        text += [group("depot", depot)]
        return "\n".join(text) + "\n"

    def toggl(self):
        workspaces = [{"workspace_id": 301, "name": "Company"}, {"workspace_id": 302, "name": "Depot"}]
        names = [f"g{number:02}" for number in range(GROUPS)] + [f"own-{name}" for name in sorted(self.new)]
        groups = [{"group_id": 501 + number, "name": name} for number, name in enumerate(names)]
        users = [{"user_id": 101, "organization_user_id": 201, "email": "owner@example.org", "name": "Olga Owner",
                  "joined": True, "admin": True, "workspaces": [{"workspace_id": 301, "role": "admin"}]}]
        for name in self.old:
            spaces = ["Company"] + (["Depot"] if name == self.moved[0] else [])
            users.append({"email": f"{name}@example.org", "name": name, "joined": True, "workspaces": spaces,
                          "groups": [f"g{self.home[name]:02}"]})
        return {"organization": {"id": 7, "name": "Example", "owner_user_id": 101, "caller_user_id": 101},
                "workspaces": workspaces, "groups": groups, "users": users}


class Fake:
    """The fake Toggl on a port of its own, with every request in a log."""

    def __init__(self, program, folder, state, script=None, environment=None, options=()):
        self.log = os.path.join(folder, "requests.log")
        command = [program, "--port", "0", "--state", state, "--log", self.log, "--token", "test-token",
                   "--max-seconds", "600"] + (list(options) or ["--quota", "0"])
        if script is not None:
            path = os.path.join(folder, "script.json")
            with open(path, "w", encoding="utf-8") as out:
                json.dump(script, out)
            command += ["--script", path]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **(environment or {})})
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"the fake Toggl did not start: {line!r}")
        self.url = line.split()[-1]
        self.root = self.url.rsplit("/api/", 1)[0]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def script(self, rules):
        request = urllib.request.Request(self.root + "/control/script", json.dumps(rules).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as reply:
            reply.read()

    def state(self):
        with urllib.request.urlopen(self.root + "/control/state") as reply:
            return json.load(reply)

    def requests(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def writes(self):
        return [row for row in self.requests() if row["method"] != "GET"]


def picture(state):
    """What an end state is compared by: address -> standing, groups and workspaces by name."""
    groups = {row["group_id"]: row["name"] for row in state.get("groups", [])}
    names = {row["workspace_id"]: row["name"] for row in state.get("workspaces", [])}
    found = {}
    for user in state["users"]:
        standing = "inactive" if user.get("inactive") else "active" if user.get("joined") else "invited"
        found[user["email"]] = (standing, sorted(groups[row] for row in user.get("groups", [])),
                                sorted((names[row["workspace_id"]], row.get("role", "user"))
                                       for row in user.get("workspaces", [])))
    return found


class World:
    """One program, one fake, one folder: what a run meets and leaves behind."""

    def __init__(self, bench, folder, toggl, script=None):
        self.bench = bench
        self.folder = folder
        self.fake = Fake(bench.fake, folder, toggl, script)
        with open(os.path.join(folder, "test.conf"), "w", encoding="utf-8") as out:
            out.write(CONFIG.format(suffix=SUFFIX, url=self.fake.url, removals=bench.removals))

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.fake.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def directory(self, text):
        with open(os.path.join(self.folder, "people.ldif"), "w", encoding="utf-8") as out:
            out.write(text)

    def start(self, *arguments, **environment):
        surroundings = {"PATH": os.environ["PATH"], "TOGGL_TOKEN": "test-token", "LC_ALL": "C.UTF-8",
                        "LD_PRELOAD": self.bench.shim, **environment}
        if "ASAN_OPTIONS" in os.environ or self.bench.sanitized:
            surroundings["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        # to a file: a pipe that nobody reads would stop a run that has much to say
        with open(os.path.join(self.folder, "output"), "w", encoding="utf-8") as out:
            return subprocess.Popen([self.bench.program, "--config", os.path.join(self.folder, "test.conf"),
                                     *arguments], cwd=self.folder, env=surroundings, stdout=out,
                                    stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def run(self, *arguments, **environment):
        with self.start(*arguments, **environment) as process:
            return process.wait(300)

    def sync(self, **environment):
        return self.run("sync", "--quiet", **environment)

    def output(self):
        with open(os.path.join(self.folder, "output"), encoding="utf-8", errors="replace") as text:
            return text.read()


class Bench:
    """A company whose people are all linked, kept so that every point starts from it. APPROVED: nobody may be removed
    without an approval, and the whole reorganization waits as a plan that has one."""

    def __init__(self, program, fake, shim, company, folder, sanitized=False, approved=False):
        self.program = program
        self.fake = fake
        self.shim = shim
        self.sanitized = sanitized
        self.approved = approved
        self.removals = 0 if approved else 10000
        self.company = company
        self.folder = folder
        self.number = 0
        os.makedirs(folder)
        self.toggl = os.path.join(folder, "toggl.json")
        self.kept = None

    def world(self, script=None):
        self.number += 1
        folder = os.path.join(self.folder, f"world-{self.number}")
        if self.kept:
            shutil.copytree(self.kept, folder)
        else:
            os.makedirs(folder)
        world = World(self, folder, self.toggl, script)
        world.directory(self.company.ldif(after=self.kept is not None))
        return world

    def keep(self, world):
        """What WORLD remembers is what those to come begin with."""
        self.kept = os.path.join(self.folder, f"kept-{self.number}")
        os.makedirs(self.kept)
        for name in os.listdir(world.folder):
            if name.startswith("state.db"):
                shutil.copy(os.path.join(world.folder, name), self.kept)

    def prepare(self):
        """The first sync, which only links; then the reorganization without any trouble: what is right."""
        with open(self.toggl, "w", encoding="utf-8") as out:
            json.dump(self.company.toggl(), out)
        with self.world() as world:
            check(world.sync() == 0, "the first sync failed", world)
            with open(self.toggl, "w", encoding="utf-8") as out:
                json.dump(world.fake.state(), out)
            self.keep(world)
        if self.approved:
            with self.world() as world:
                check(world.run("plan", "--out", "plan.json") == 0, "the plan failed", world)
                check(world.run("approve", "plan.json", "--exceed", "removals", "--by", "otto") == 0,
                      "the approval failed", world)
                self.keep(world)
        with self.world() as world:
            points = os.path.join(world.folder, "points")
            check(world.sync(CRASH_LOG=points) == 0, "the reorganization failed", world)
            self.writes = len(world.fake.writes())
            self.right = picture(world.fake.state())
            with open(points, encoding="utf-8") as text:
                self.points = text.read()


class Failed(Exception):
    """What was found, with what the program said last."""


def check(good, what, world=None):
    if not good:
        raise Failed(what + ("\n" + world.output()[-3000:] if world is not None else ""))


def check_harmless(world, name):
    """Whatever happened: nobody was invited twice, nobody lost what the directory still gives."""
    company = world.bench.company
    invited = [mail for row in world.fake.writes() if row["path"].endswith("/invitations") and row["status"] == 200
               for mail in row["body"]["emails"]]
    check(len(invited) == len(set(invited)), f"{name}: somebody was invited twice: "
          f"{sorted(mail for mail in set(invited) if invited.count(mail) > 1)}", world)
    state = world.fake.state()
    for mail, (standing, _, spaces) in picture(state).items():
        who = mail.split("@")[0]
        check(standing != "inactive" or who in company.disabled, f"{name}: {mail} was deactivated", world)
        check(("Company", "user") in spaces or mail == "owner@example.org", f"{name}: {mail} lost a workspace", world)
    check(all(mail.split("@")[0] in company.old + company.new or mail == "owner@example.org"
              for mail in picture(state)), f"{name}: a stranger", world)
    check(set(mail for mail in picture(state)) >= {f"{who}@example.org" for who in company.old},
          f"{name}: somebody is gone", world)


def check_right(world, name):
    check_harmless(world, name)
    now = picture(world.fake.state())
    wrong = sorted(mail for mail in set(now) | set(world.bench.right) if now.get(mail) != world.bench.right.get(mail))
    check(not wrong, f"{name}: {wrong[:5]} {[(now.get(mail), world.bench.right.get(mail)) for mail in wrong[:2]]}",
          world)


def was_killed(status):
    return status == -signal.SIGKILL
