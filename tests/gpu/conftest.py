"""The device of these tests: NEXUS_GPU, otherwise the first of cuda or hip. Without one they are skipped."""

import os

import pytest

import nexus


def _find() -> nexus.Device | str:
    wanted = os.environ.get("NEXUS_GPU")
    if wanted:
        return nexus.get_device(wanted)
    reasons = []
    for name in ("cuda", "hip"):
        try:
            return nexus.get_device(name)
        except nexus.Error as error:
            reasons.append(str(error))
    return "; ".join(reasons)


@pytest.fixture(scope="session")
def device() -> nexus.Device:
    found = _find()
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture(scope="session")
def is_fake(device: nexus.Device) -> bool:
    return device.get_property_str("Name").startswith("Fake")


@pytest.fixture(scope="session")
def language(device: nexus.Device) -> str:
    """Language of the vendor's own source."""
    return device.runtime.name
