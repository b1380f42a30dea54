#!/usr/bin/env bash
# The tests on a machine with a GPU and no network.
#
#   tests/run_gpu.sh prepare        on a machine with network: fetches what such a machine lacks (7 MB) into build/gpu-lane
#   tests/run_gpu.sh [SECTION...]   on the machine with the GPU: builds, runs the sections (without any: all), ends with a summary; fails if one fails
#
# Sections: build machine conformance python commands examples benchmarks sanitizer. Logs go to $OUT, or build/gpu-lane/logs. NEXUS_GPU names the device that the
# Python tests use (cuda:0). The Python there must have NumPy and pytest; PyTorch, CuPy, Triton and cuda.core are used where they are installed.
set -uo pipefail
cd "$(dirname "$0")/.."
lane="$PWD/build/gpu-lane"
python="${PYTHON:-python3}"

if [ "${1:-}" = prepare ]; then
  set -e
  mkdir -p "$lane/packages"
  cd "$lane/packages"
  "$python" -m pip download -q --no-deps --only-binary=:all: --python-version "${2:-3.12}" --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 \
    --platform manylinux_2_12_x86_64 swig nlohmann-json apache-tvm-ffi hypothesis sortedcontainers ml_dtypes
  apt-get download -q libgtest-dev libgmock-dev
  exit
fi

logs="${OUT:-$lane/logs}"
build="$PWD/build/gpu"
mkdir -p "$logs" "$lane"
export PYTHONPATH="$build/python:$lane/site${PYTHONPATH:+:$PYTHONPATH}" NEXUS_CACHE_DIR="$lane/cache" NEXUS_GPU="${NEXUS_GPU:-cuda:0}" PYTHONUNBUFFERED=1

section_build() {
  set -e
  if [ ! -d "$lane/site" ]; then
    "$python" -m pip install -q --no-index --no-deps --target "$lane/site" "$lane"/packages/*.whl
    for package in "$lane"/packages/*.deb; do dpkg -x "$package" "$lane/system"; done
  fi
  cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DNEXUS_BUILD_BENCHMARKS=ON -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
    -DPython_EXECUTABLE="$(command -v "$python")" -DCMAKE_PREFIX_PATH="$lane/system/usr"
  ninja -C "$build" nexus nexus_plugin_cpu nexus_plugin_cuda nexus_plugin_opencl nexus_python nexus_conformance nexus_conformance_kernels bench_launch_gpu nexus_test_plugin_island nexus_test_plugin_faulty
}

section_machine() {
  nvidia-smi
  uname -r
  "$python" -m nexus info
}

section_conformance() { "$build/bin/nexus-conformance" --plugin "$build/lib/libnexus_plugin_cuda.so" --language nexus; }

section_python() {
  local failed=0
  for folder in tests/gpu tests/python; do
    NEXUS_BUILD_DIR="$build" "$python" -m pytest -q -ra -p no:cacheprovider "$folder" || failed=1
  done
  return $failed
}

# The commands of the shell.
section_commands() {
  cd "$lane" || return
  "$python" -m nexus db check "$NEXUS_GPU" && "$python" -m nexus compare "$OLDPWD/tests/kernels/basic.cpp" --size 1048576 --repeat 20 vadd n=1048576
}

section_examples() {
  local failed=0
  for example in quickstart mandelbrot matmul nbody histogram; do
    echo "--- $example"
    (cd "$lane" && NEXUS_DEVICE="$NEXUS_GPU" timeout 120 "$python" "$OLDPWD/examples/$example/$example.py") || failed=1
  done
  return $failed
}

section_benchmarks() {
  "$build/bin/bench_launch_gpu" && "$python" benchmarks/launch_gpu.py --json "$logs/launch_gpu.json"
}

# The suite's kernels under the vendor's checker. Tests that provoke errors of the driver on purpose are left out: it reports them too.
section_sanitizer() {
  command -v compute-sanitizer || { echo "compute-sanitizer is not installed"; return 77; }
  local failed=0
  for tool in memcheck racecheck; do
    compute-sanitizer --tool "$tool" --error-exitcode 9 --print-limit 20 "$build/bin/nexus-conformance" --plugin "$build/lib/libnexus_plugin_cuda.so" \
      --language nexus --filter 'Launch*:Barrier*:ScheduleLaunch*:LaunchOrder*-LaunchFailure*' | tail -40 || failed=1
  done
  return $failed
}

(($#)) || set -- build machine conformance python commands examples benchmarks sanitizer
summary=""
status=0
for section; do
  start=$SECONDS
  (section_"$section") >"$logs/$section.log" 2>&1
  code=$?
  tail -n "${TAIL:-25}" "$logs/$section.log"
  case $code in 0) word=passed ;; 77) word=skipped ;; *) word="FAILED ($code)" status=1 ;; esac
  summary+="$section: $word, $((SECONDS - start)) s"$'\n'
  if [ "$section" = build ] && [ "$code" != 0 ]; then break; fi
done
echo "======== summary"
echo -n "$summary" | tee "$logs/summary.txt"
exit $status
