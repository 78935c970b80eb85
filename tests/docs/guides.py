# SPDX-License-Identifier: Apache-2.0
"""guides - what a page holds: command lines, and pieces of configuration."""
import os
import re

from scenarios import without

SECTIONS = {"directory", "directories", "toggl", "mapping", "lifecycle", "limits", "approval", "state", "report", "log",
            "audit", "retention", "notify"}


def blocks(text):
    """The indented and the fenced blocks of a page."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    plain = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"((?:^    .*\n|^\n(?=    ))+)", plain, re.MULTILINE)
    return fenced + [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in indented]


def commands(text):
    for block in blocks(text):
        for line in block.replace("\\\n", " ").splitlines():
            line = re.sub(r"\s{3,}.*", "", line.strip())  # what stands behind it explains it
            if line.startswith("toggl-ldap-sync "):
                yield line


def top_level(block):
    return [match for match in re.findall(r"^(\w+)\s*[:=]", block, re.MULTILINE) if match in SECTIONS]


def configurations(text):
    for block in blocks(text):
        lines = [line for line in block.splitlines() if line.strip()]
        if lines and re.match(r"(\w+)\s*[:=]", lines[0]) and block.rstrip().endswith(";") and "olc" not in block:
            yield block


def check_configuration(place, where, block):
    names = top_level(block)
    configuration = place.base
    if names:
        for name in names:
            configuration = without(configuration, "directory" if name == "directories" else name)
        configuration += "\n" + block
    else:  # keys of a directory
        for key in re.findall(r"^(\w+)\s*[:=]", block, re.MULTILINE):
            configuration = re.sub(rf"^  {key}\s*[:=].*?;\n(?=  \w|\}})", "", configuration, flags=re.MULTILINE | re.DOTALL)
        configuration = configuration.replace('  kind = "ldif";', block + '  kind = "ldif";', 1)
    place.write("piece.conf", configuration)
    # a keytab and the like of the guide need not be on this machine
    for path in re.findall(r'(?:keytab|ca_file|allowed_signers)\s*=\s*"(/[^"]*)"', block):
        name = os.path.basename(path)
        place.write(name, "")
        place.write("piece.conf", configuration.replace(path, name))
        os.chmod(place.path(name), 0o600)
    status, said = place.run("check", config="piece.conf")
    assert status == 0, f"{where}: status {status}\n{block}\n{said}"
