"""Names that say what they are: compile targets, their flags and where they run, and matrix instructions."""

import re
from collections.abc import Iterator

import entries
import pytest
from entries import Entry

FAMILIES = {
    "nvidia": ("nvidia", "nvptx64", "nvptx64-nvidia-cuda", "SM"),
    "amd": ("amdgcn", "amdgcn", "amdgcn-amd-amdhsa", "CU"),
    "intel": ("xe", None, None, "Xe core"),
    "apple": ("apple-gpu", None, None, "GPU core"),
}
SUFFIXES = {"": "baseline", "f": "family", "a": "arch-specific"}
# Names of types in instructions.
TYPES = {
    "f64": "fp64",
    "f32": "fp32",
    "f16": "fp16",
    "bf16": "bf16",
    "tf32": "tf32",
    "xf32": "xf32",
    "e4m3": "fp8_e4m3",
    "e5m2": "fp8_e5m2",
    "e3m2": "fp6_e3m2",
    "e2m3": "fp6_e2m3",
    "e2m1": "fp4_e2m1",
    "s32": "int32",
    "s8": "int8",
    "s4": "int4",
    "b1": "int1",
    "i32": "int32",
    "i8": "int8",
    "iu8": "int8",
    "iu4": "int4",
}
PTX = re.compile(
    r"(mma\.sync|mma\.sp|wgmma\.mma_async)\.m(\d+)n(\d+)k(\d+)(?:\.kind::\w+)?(?:\.block_scale\.\dX)?\.(\w+)\.(\w+)\.(\w+)((?:\.\w+)*)"
)
AMD = re.compile(r"v_(mfma|wmma|smfmac|swmmac)_(?:scale_)?(\w+?)_(\d+)x(\d+)x(\d+)(?:_?(\d+)b)?_?(\w+)")


def number(architecture: str) -> int:
    return int(re.sub(r"\D", "", architecture))


def nvidia_architectures() -> list[str]:
    names = [name.removeprefix("nvidia-gpu-") for name in entries.names() if name.startswith("nvidia-gpu-")]
    return sorted(names, key=number)


def problems_of_nvidia_targets(entry: Entry) -> Iterator[str]:
    own = number(entry["Architecture"])
    later = [name for name in nvidia_architectures() if number(name) >= own]
    same_major = [name for name in later if number(name) // 10 == own // 10]
    for target, values in entry["CompilerTargets"].items():
        suffix = target.removeprefix(entry["Architecture"])
        if values["Kind"] != SUFFIXES.get(suffix):
            yield f"{target} is of kind {values['Kind']}"
        flags = {name: [one["Flags"] for one in ranges] for name, ranges in values["Compilers"].items()}
        known = {"nvcc": [f"-arch={target}"], "clang": [f"--cuda-gpu-arch={target}"]}
        if flags != {name: known[name] for name in flags}:
            yield f"{target} has the flags {flags}"
        if values.get("LlvmCpu", target) != target:
            yield f"LLVM is told {values['LlvmCpu']} for {target}"
        if set(values["LoadsOn"]) != {"": set(same_major), "f": set(same_major), "a": {entry["Architecture"]}}[suffix]:
            yield f"{target} is said to load on {values['LoadsOn']}"
        current = all("MaxVersion" not in one for one in values["Compilers"]["nvcc"])
        known_later = later if current else [name for name in later if name in values.get("CompilesOn", [])]
        if suffix == "" and "CompilesOn" in values and values["CompilesOn"] != known_later:
            yield f"PTX for {target} is said to be compiled on {values['CompilesOn']}"


def problems_of_amd_targets(entry: Entry) -> Iterator[str]:
    for target, values in entry["CompilerTargets"].items():
        generic = target.endswith("-generic")
        if values["Kind"] != ("generic" if generic else "baseline"):
            yield f"{target} is of kind {values['Kind']}"
        flags = f"--offload-arch={target}" + (" -mcode-object-version=6" if generic else "")
        if values["Compilers"] != {name: [{"Flags": flags}] for name in ("clang", "hipcc")}:
            yield f"{target} has the flags {values['Compilers']}"
        if values["LlvmCpu"] != target:
            yield f"LLVM is told {values['LlvmCpu']} for {target}"
        if (values.get("MinCodeObjectVersion") == 6) != generic:
            yield f"{target} needs code objects of version {values.get('MinCodeObjectVersion')}"
        if not generic and values["LoadsOn"] != [target]:
            yield f"{target} is said to load on {values['LoadsOn']}"
        if generic and target != entry["Architecture"] and entry["Architecture"] not in values["LoadsOn"]:
            yield f"{target} does not load on {entry['Architecture']}"


def problems_of_instructions(entry: Entry) -> Iterator[str]:
    for one in entry.get("MatrixUnits", {}).get("Instructions", []):
        name, shape = one["Name"], one["Shape"]
        ptx, amd = PTX.fullmatch(name), AMD.fullmatch(name)
        if ptx:
            kind, *sizes, d, a, b, rest = ptx.groups()
            if not set(rest.split(".")[1:]) <= {d, "and", "xor", "popc", "ue8m0", "ue4m3"}:
                yield f"{name} ends in {rest}"
            if [int(size) for size in sizes] != shape:
                yield f"{name} has the shape {shape}"
            if (one["A"], one["B"], one["D"]) != (TYPES[a], TYPES[b], TYPES[d]):
                yield f"{name} has the types {one['A']}, {one['B']}, {one['D']}"
            if one.get("Sparse", False) != (kind == "mma.sp"):
                yield f"{name} is said to be sparse or not"
            asynchronous = kind.startswith("wgmma")
            if asynchronous and one.get("Targets") != ["sm_90a"]:
                yield f"{name} is said to be in code for {one.get('Targets')}"
        elif amd:
            kind, d, *sizes = amd.groups()[:5]
            if [int(size) for size in sizes] != shape:
                yield f"{name} has the shape {shape}"
            if TYPES.get(d, one["D"]) != one["D"]:
                yield f"{name} gives {one['D']}"
            if one.get("Sparse", False) != (kind in ("smfmac", "swmmac")):
                yield f"{name} is said to be sparse or not"
            if int(amd[6] or one.get("Blocks", 1)) != one.get("Blocks", 1):
                yield f"{name} has {one.get('Blocks')} blocks"
        else:
            yield f"{name} is no name of a matrix instruction"
        for target in one.get("Targets", []):
            if target not in entry["CompilerTargets"]:
                yield f"{name} is in code for {target}, which the entry does not have"
    units = entry.get("MatrixUnits", {}).get("Name")
    prefixes = {
        one["Name"].split("_")[1] for one in entry.get("MatrixUnits", {}).get("Instructions", []) if "_" in one["Name"]
    }
    expected = "MFMA" if "mfma" in prefixes else "WMMA" if "wmma" in prefixes else "Tensor Core"
    if units not in (None, expected):
        yield f"the matrix units are called {units}"
    has = bool(entry.get("MatrixUnits"))
    if entry.get("Features", {}).get("MatrixCores", has) != has:
        yield "matrix units are said to be there or not, and instructions are listed or not"


def problems_of_family(entry: Entry) -> Iterator[str]:
    if entry["Type"] != "gpu":
        return
    isa = entry.get("Isa", {})
    found = (isa.get("Family"), isa.get("LlvmTarget"), isa.get("LlvmTriple"), entry["CoreSubsystem"]["CoreName"])
    if found != FAMILIES[entry["Vendor"]]:
        yield f"the instruction set is {found}"
    if isa.get("LlvmCpu", entry["Architecture"]) != entry["Architecture"]:
        yield f"LLVM is told {isa['LlvmCpu']}"


def problems(entry: Entry) -> list[str]:
    rules = [problems_of_family(entry), problems_of_instructions(entry)]
    if entry["Vendor"] == "nvidia" and entry["Type"] == "gpu":
        rules.append(problems_of_nvidia_targets(entry))
    if entry["Vendor"] == "amd" and entry["Type"] == "gpu":
        rules.append(problems_of_amd_targets(entry))
    return [problem for rule in rules for problem in rule]


@pytest.mark.parametrize("name", entries.names())
def test_names_say_what_they_are(name: str) -> None:
    assert problems(entries.load(name)) == []


def test_generic_targets_are_those_of_the_library() -> None:
    """The table that the library decides by, every entry and every other entry that names the target say the same."""
    table = (entries.ROOT / "lib" / "amd_generic_targets.h").read_text(encoding="utf-8")
    members = {
        name: text.split() for name, text in re.findall(r'^NEXUS_AMD_GENERIC\("([^"]+)", "([^"]+)"\)', table, re.M)
    }
    assert len(members) > 5
    for name in entries.names():
        for target, values in entries.load(name)["CompilerTargets"].items():
            if values["Kind"] == "generic":
                assert values["LoadsOn"] == members[target], name


def test_every_cpu_can_be_reported() -> None:
    """The CPU plugin knows the name of every entry, apart from those that say in a note what devices report instead."""
    plugin = entries.ROOT / "plugins" / "cpu"
    text = "".join((plugin / f"{part}_architecture.cpp").read_text(encoding="utf-8") for part in ("x86", "arm"))
    reported = set(re.findall(r'"([a-z0-9][a-z0-9-]+)"', text))
    for name in entries.names():
        entry = entries.load(name)
        if entry["Type"] == "cpu":
            assert entry["Architecture"] in reported or any("report" in note for note in entry.get("Notes", [])), name


def test_intel_gpus_are_those_of_the_opencl_plugin() -> None:
    """Every name that the plugin gives to a version has an entry of that version, and the other way round."""
    table = (entries.ROOT / "plugins" / "opencl" / "intel_architecture_table.h").read_text(encoding="utf-8")
    reported = {
        name: f"{major}.{minor}"
        for major, minor, name in re.findall(r'^NEXUS_INTEL_GPU\((\d+), (\d+), "([^"]+)"\)', table, re.M)
    }
    known = {
        entry["Architecture"]: entry["Identity"]["IpVersions"][0].rpartition(".")[0]
        for entry in map(entries.load, entries.names())
        if (entry["Vendor"], entry["Type"]) == ("intel", "gpu")
    }
    assert known == reported
