# SPDX-License-Identifier: Apache-2.0
"""stage - a folder with the made-up company, a fake Toggl on loopback, and secrets where guides put them."""
import os
import re
import shutil
import subprocess

# what a guide's word stands for when its command is run
WORDS = {"TICKET": "OPS-1", "KEY": "key"}


class Stage:
    def __init__(self, program, fake, source, folder):
        self.program, self.folder = program, folder
        for name in os.listdir(os.path.join(source, "conf", "example")):
            shutil.copy(os.path.join(source, "conf", "example", name), folder)
        self.toggl = subprocess.Popen(
            [fake, "--port", "0", "--quota", "0", "--token", "a-token-of-the-guides", "--max-seconds", "280",
             "--state", self.path("company-toggl.json")], stdout=subprocess.PIPE, text=True)
        self.url = url = self.toggl.stdout.readline().split()[-1]
        credentials = self.path("credentials")
        os.mkdir(credentials, 0o700)
        for name in ("toggl-token", "ldap-password", "webhook", "webhook-secret", "ping", "mail-password"):
            with open(os.path.join(credentials, name), "w", encoding="utf-8") as file:
                file.write("a-token-of-the-guides" if name == "toggl-token" else f"https://example.org/{name}")
            os.chmod(file.name, 0o600)
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": folder,
                            "TOGGL_TOKEN": "a-token-of-the-guides", "CREDENTIALS_DIRECTORY": credentials}
        with open(self.path("company.conf"), encoding="utf-8") as file:
            self.base = re.sub(r'base_url = "[^"]*"', f'base_url = "{url}"', file.read())
        self.write("test.conf", self.base)

    def control(self, name):
        """Where the fake Toggl is told what happens to it."""
        return self.url.replace("/api/v9", "/control/" + name)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, *arguments, config="test.conf"):
        done = subprocess.run([self.program, "--config", config, *arguments], cwd=self.folder, env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def forget(self, name):
        os.remove(self.path(name))

    def stop(self):
        self.toggl.terminate()
        self.toggl.wait(10)
