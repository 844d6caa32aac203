"""What the distributions hold."""

import os
import subprocess
import sys
import tarfile
import zipfile

from tests import packaging


def test_the_source_distribution_is_the_whole_repository(tmp_path):
    with tarfile.open(packaging.build("sdist", tmp_path)) as archive:
        shipped = {member.name.partition("/")[2] for member in archive if member.isfile()}

    assert set(packaging.files()) - shipped == set()


def test_the_wheel_has_all_of_the_package_and_nothing_else(tmp_path):
    with zipfile.ZipFile(packaging.build("wheel", tmp_path)) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}

    package = {
        name.removeprefix("src/") for name in packaging.files() if name.startswith("src/refute/")
    }
    assert shipped == package


def test_pytest_tells_its_options_before_the_development_extras_are_installed(tmp_path):
    (tmp_path / "jsonschema.py").write_text("raise ImportError('not installed')")
    paths = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "pytest", "--help"]

    told = subprocess.run(
        command, cwd=packaging.ROOT, env=os.environ | {"PYTHONPATH": paths},
        capture_output=True, text=True,
    )  # fmt: skip

    assert told.returncode == 0, told.stderr
    assert "--refute-seed" in told.stdout
