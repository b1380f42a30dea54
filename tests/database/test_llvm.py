"""The compilers know the targets, and think of the hardware as the entries say."""

import functools
import re
import shutil
import subprocess
import sys

import entries
import pytest
from entries import Entry

llvm = pytest.importorskip("llvmlite.binding", reason="llvmlite, which brings LLVM, is not installed")
llvm.initialize_all_targets()
llvm.initialize_all_asmprinters()
LLVM_VERSION: int = llvm.llvm_version_info[0]

AMDGPU = "amdgcn-amd-amdhsa"
NVPTX = "nvptx64-nvidia-cuda"
# What the flags of a code object say about a feature of the target's name. LLVM 22 writes 1 where it is always on.
IN_FLAGS = {0: {"unsupported"}, 1: {"selectable", "always-on"}, 3: {"always-on"}}


def of_type(vendor: str, kind: str) -> list[str]:
    return [name for name in entries.names() if name.startswith(f"{vendor}-{kind}-")]


@functools.cache
def unknown_to_llvm() -> set[str]:
    """Processors of the database that this LLVM does not know. It says so on the standard error of the process."""
    asked = sorted(
        {
            (isa["LlvmTriple"], isa["LlvmCpu"])
            for isa in (entries.load(n)["Isa"] for n in entries.names())
            if "LlvmCpu" in isa
        }
        | {
            (entries.load(n)["Isa"]["LlvmTriple"], target["LlvmCpu"])
            for n in entries.names()
            for target in entries.load(n)["CompilerTargets"].values()
            if "LlvmCpu" in target
        }
    )
    program = (
        "import llvmlite.binding as l\nl.initialize_all_targets()\nl.initialize_all_asmprinters()\n"
        f"for triple, cpu in {asked!r}:\n    l.Target.from_triple(triple).create_target_machine(cpu=cpu)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(re.findall(r"'([^']+)' is not a recognized processor", result.stderr))


def compile_for(triple: str, cpu: str, text: str, features: str = "") -> tuple[str, bytes]:
    """Assembly with LLVM's remarks, and the object file."""
    machine = llvm.Target.from_triple(triple).create_target_machine(cpu=cpu, features=features, opt=2)
    machine.set_asm_verbosity(True)
    module = llvm.parse_assembly(text)
    module.triple = triple
    module.data_layout = str(machine.target_data)
    assembly = machine.emit_assembly(module)
    return assembly, machine.emit_object(module) if triple == AMDGPU else b""


def kernel_with_registers(count: int) -> str:
    """A kernel of AMD that uses so many vector registers."""
    return (
        'define amdgpu_kernel void @f() "amdgpu-flat-work-group-size"="1,64" {\n'
        f'  call void asm sideeffect "", "~{{v{count - 1}}}"()\n  ret void\n}}'
    )


def waves_per_simd(limit: Entry, registers: int) -> int:
    unit = limit["AllocationUnit"]
    rounded = -(-registers // unit) * unit
    return int(min(limit["MaxSubgroupsPerSimd"], limit["RegistersPerSimd"] // rounded))


def test_llvm_knows_the_processors() -> None:
    newer = set()
    for name in entries.names():
        for target in entries.load(name)["CompilerTargets"].values():
            if target.get("MinLlvmVersion", 0) > LLVM_VERSION:
                newer.add(target["LlvmCpu"])
    unknown = unknown_to_llvm()
    if LLVM_VERSION >= 22:
        assert unknown == newer
    assert len(unknown) < 20


@pytest.mark.parametrize("name", of_type("amd", "gpu"))
def test_amd_gpu(name: str) -> None:
    """Code object, sizes of wavefronts, names with features and occupancy, as LLVM has them."""
    entry = entries.load(name)
    cpu = entry["Isa"]["LlvmCpu"]
    if cpu in unknown_to_llvm():
        pytest.skip(f"LLVM {LLVM_VERSION} does not know {cpu}")
    assembly, code = compile_for(AMDGPU, cpu, kernel_with_registers(24))
    assert f'.amdgcn_target "{AMDGPU}--{cpu}"' in assembly
    flags = int.from_bytes(code[48:52], "little")
    assert f"0x{flags & 0xFF:03x}" == entry["Identity"]["ElfMachine"]
    features = entry["CompilerTargets"][entry["Architecture"]]["TargetFeatures"]
    assert features["xnack"] in IN_FLAGS[flags >> 8 & 3]
    assert features.get("sramecc", "selectable") in IN_FLAGS[flags >> 10 & 3]

    default = 32 if ".amdhsa_wavefront_size32 1" in assembly else 64
    assert entry["CoreSubsystem"].get("DefaultSubgroupSize", default) == default
    for limit in entry["ExecutionLimits"]["VectorRegisters"]:
        size = limit["SubgroupSize"]
        flag = "" if size == default else f"+wavefrontsize{size},-wavefrontsize{default}"
        for registers in (24, 33, 49, 84, 129, 193):
            assembly, _ = compile_for(AMDGPU, cpu, kernel_with_registers(registers), flag)
            occupancy = re.search(r"; Occupancy: (\d+)", assembly)
            assert occupancy
            assert int(occupancy[1]) == waves_per_simd(limit, registers), (size, registers)


def problems_of_ptx_versions(entry: Entry) -> list[str]:
    """The version of PTX that LLVM takes for each target is the lowest that has it."""
    problems = []
    for target, values in entry["CompilerTargets"].items():
        if "LlvmCpu" not in values or values["LlvmCpu"] in unknown_to_llvm():
            continue
        assembly, _ = compile_for(NVPTX, target, "define ptx_kernel void @f() { ret void }")
        if f".target {target}" not in assembly or f".version {values['MinPtxVersion']}\n" not in assembly:
            problems.append(f"{target} does not begin with PTX {values['MinPtxVersion']}")
    return problems


@pytest.mark.parametrize("name", of_type("nvidia", "gpu"))
def test_nvidia_gpu(name: str) -> None:
    assert problems_of_ptx_versions(entries.load(name)) == []


def macros(compiler: str, *options: str) -> set[str] | None:
    """Names of the macros that are defined for a processor; None if the compiler does not know it."""
    command = [compiler, *options, "-dM", "-E", "-x", "c", "/dev/null"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(re.findall(r"#define (\w+) 1\b", result.stdout)) if result.returncode == 0 else None


def version_of(compiler: str) -> tuple[int, ...]:
    option = "-dumpfullversion" if compiler.startswith("g") else "-dumpversion"
    text = subprocess.run([compiler, option], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", text))


@pytest.mark.parametrize(("compiler", "program"), [("gcc", "g++"), ("clang", "clang")])
def test_flags_are_accepted(compiler: str, program: str) -> None:
    """The compiler that is installed takes the flags that the entries give for its version."""
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    version = version_of(program)
    checked = 0
    for name in entries.names():
        entry = entries.load(name)
        if entry["Isa"].get("Family") != "x86-64":
            continue
        for one in entry["CompilerTargets"][entry["Architecture"]]["Compilers"].get(compiler, []):
            first, last = (
                tuple(int(part) for part in one.get(key, "0" if key == "MinVersion" else "999").split("."))
                for key in ("MinVersion", "MaxVersion")
            )
            if "MinVersion" in one and first <= version and version[: len(last)] <= last:
                checked += 1
                options = ["--target=x86_64-linux-gnu"] if compiler == "clang" else []
                if compiler == "gcc" and macros(program, "-march=x86-64") is None:
                    pytest.skip(f"{program} does not compile for x86-64")
                assert macros(program, *options, *one["Flags"].split()) is not None, (name, one)
    assert checked > 10


# Macros of features by other names than LLVM's.
X86_NAMES = {
    "sse4_1": "sse4.1",
    "sse4_2": "sse4.2",
    "amx_tile": "amx-tile",
    "amx_int8": "amx-int8",
    "amx_bf16": "amx-bf16",
}
X86_NAMES |= {"rdrnd": "rdrnd", "lahf_sahf": "sahf", "amx_fp16": "amx-fp16", "amx_complex": "amx-complex"}


# What compilers turned on before they knew better, or judge in other ways than LLVM 23.
X86_MISTAKES = {
    "intel-cpu-alderlake": {"cldemote"},  # it has none, as later versions of both know
    "intel-cpu-sapphirerapids": {"avx512vp2intersect"},  # likewise
    "intel-cpu-tigerlake": {"kl", "widekl"},  # firmware may leave Key Locker off
    "intel-cpu-tremont": {"cldemote", "movdir64b", "movdiri", "waitpkg"},  # in Snow Ridge, not in Lakefield
}


@pytest.mark.parametrize("compiler", ["g++", "clang"])
def test_x86_features(compiler: str) -> None:
    """What a compiler turns on for a processor is what the entry lists, as far as both have a name for it."""
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    target = ["--target=x86_64-linux-gnu"] if compiler == "clang" else []
    if compiler != "clang" and macros(compiler, "-march=x86-64") is None:
        pytest.skip(f"{compiler} does not compile for x86-64")
    known: dict[str, set[str]] = {}
    listed: dict[str, set[str]] = {}
    for name in entries.names():
        isa = entries.load(name)["Isa"]
        if isa.get("Family") != "x86-64":
            continue
        found = macros(compiler, *target, f"-march={isa['LlvmCpu']}")
        if found is not None:
            texts = {macro.strip("_").lower() for macro in found}
            known[name] = {X86_NAMES.get(text, text) for text in texts}
            listed[name] = set(isa["Features"])
    assert len(known) > 12
    both = set().union(*known.values()) & set().union(*listed.values())
    assert len(both) > 30
    differences = {name: (known[name] ^ listed[name]) & both - X86_MISTAKES.get(name, set()) for name in known}
    assert {name: sorted(features) for name, features in differences.items() if features} == {}


def test_arm_features() -> None:
    """What clang turns on for an Arm processor is listed, and the other way round if clang is new enough."""
    if not shutil.which("clang"):
        pytest.skip("clang is not installed")
    version = subprocess.run(["clang", "-dumpversion"], capture_output=True, text=True, check=True).stdout
    signs = {
        "__ARM_FEATURE_SVE": "sve",
        "__ARM_FEATURE_SVE2": "sve2",
        "__ARM_FEATURE_MATMUL_INT8": "i8mm",
        "__ARM_FEATURE_BF16": "bf16",
        "__ARM_FEATURE_DOTPROD": "dotprod",
        "__ARM_FEATURE_ATOMICS": "lse",
        "__ARM_FEATURE_CRC32": "crc",
    }
    checked = 0
    for name in entries.names():
        isa = entries.load(name)["Isa"]
        if isa.get("Family") != "aarch64":
            continue
        found = macros("clang", "--target=aarch64-linux-gnu", f"-mcpu={isa['LlvmCpu']}")
        if found is None:
            continue
        checked += 1
        known = {feature for macro, feature in signs.items() if macro in found}
        listed = set(isa["Features"]) & set(signs.values())
        assert known <= listed, name
        if int(version.split(".")[0]) >= 17:
            assert known == listed, name
    assert checked > 3


def instructions_per_clock(program: str, triple: str, cpu: str, text: str) -> float:
    command = [program, f"-mtriple={triple}", f"-mcpu={cpu}", "-iterations=200"]
    output = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    counts = {name: int(value) for name, value in re.findall(r"^(Instructions|Total Cycles): +(\d+)", output, re.M)}
    return counts["Instructions"] / counts["Total Cycles"]


def test_rates_of_cpus() -> None:
    """Rates that were taken from LLVM's scheduling models, against the models of the llvm-mca that is installed."""
    program = next((found for name in ("llvm-mca-22", "llvm-mca") if (found := shutil.which(name))), None)
    if not program:
        pytest.skip("llvm-mca is not installed")
    version = re.search(
        r"LLVM version (\d+)", subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    )
    if not version or int(version[1]) < 22:
        pytest.skip("the models of llvm-mca before 22 are not those that the rates were taken from")
    checked = 0
    for name in entries.names():
        entry = entries.load(name)
        if entry["Type"] != "cpu" or "llvm-mca" not in entry.get("Rates", {}).get("Source", []):
            continue
        isa, checked = entry["Isa"], checked + 1
        for dtype, bits, suffix, lanes in (("fp32", 32, "ps", "4s"), ("fp64", 64, "pd", "2d")):
            if isa["Family"] == "x86-64":
                width = entry["CoreSubsystem"]["VectorWidth"]
                register = "%zmm" if width == 512 else "%ymm"
                lines = [f"vfmadd231{suffix} {register}0, {register}1, {register}{i}" for i in range(2, 14)]
            else:
                width = 128
                lines = [f"fmla v{i}.{lanes}, v0.{lanes}, v1.{lanes}" for i in range(2, 18)]
            clock = instructions_per_clock(program, isa["LlvmTriple"], isa["LlvmCpu"], "\n".join(lines) + "\n")
            assert entry["Rates"]["Vector"][dtype]["OpsPerClockPerCore"] == round(clock) * width // bits * 2, name
    assert checked > 15
