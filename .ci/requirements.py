"""What pyproject.toml asks for, one requirement a line: `pip install -r` or `-c` reads it.

    python .ci/requirements.py [--lowest] [--without NAME ...]

``--lowest`` pins what users install, not the extra "dev", to the lowest version allowed; those of
``--without`` and of the extra "tensorflow" are left out.
"""

import argparse
import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)>=(?P<lowest>[\w.]+)")


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lowest", action="store_true")
    parser.add_argument("--without", nargs="*", default=[])
    arguments = parser.parse_args()
    asked = [*PROJECT["dependencies"]]
    for name, extra in PROJECT["optional-dependencies"].items():
        # TensorFlow, two gigabytes, is a step of its own; the lowest of "dev" is no user's.
        if name != "tensorflow" and not (arguments.lowest and name == "dev"):
            asked += [line for line in extra if not line.startswith("refute[")]
    for line in asked:
        found = REQUIREMENT.fullmatch(line)
        if found is None:
            raise SystemExit(f"{line!r}: name the lowest version that passes, as NAME>=VERSION")
        if found["name"] not in arguments.without:
            print(line.replace(">=", "==") if arguments.lowest else line)


if __name__ == "__main__":
    main()
