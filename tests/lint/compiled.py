# SPDX-License-Identifier: Apache-2.0
"""compiled - what the checks share that look at every file the way the build compiles it."""
import concurrent.futures
import json
import os
import shlex
import subprocess
import sys

WITH_VALUE = ("-o", "-MT", "-MF")
WITHOUT = ("-Werror", "-MD", "-c")


def entries(source, build, folders):
    """The rows of compile_commands.json for files of SOURCE below FOLDERS."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        return [entry for entry in json.load(file)
                if os.path.relpath(entry["file"], source).split(os.sep)[0] in folders]


def flags(entry):
    """The arguments of ENTRY, without the compiler and without what only matters for its output."""
    arguments = shlex.split(entry["command"])[1:]
    kept = []
    skip = False
    for argument in arguments:
        if skip or argument in WITH_VALUE:
            skip = not skip
        elif argument not in WITHOUT and not argument.startswith("-fsanitize"):
            kept.append(argument)
    return kept


def run_all(found_in, rows):
    """Prints what FOUND_IN(row) says of all ROWS, each line once, and ends with 0 when that is nothing."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = sorted({line for lines in pool.map(found_in, rows) for line in lines})
    for line in found:
        print(line)
    print(f"{len(rows)} files, {len(found)} findings")
    sys.exit(1 if found or not rows else 0)


def messages(command, entry, marks):
    """The lines of what COMMAND says on standard error that hold one of MARKS."""
    run = subprocess.run(command, cwd=entry["directory"], capture_output=True, text=True, check=False)
    return [line for line in run.stderr.splitlines() if any(mark in line for mark in marks)]
