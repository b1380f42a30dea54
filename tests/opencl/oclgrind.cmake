# cmake -DPROGRAM=<nexus-conformance> -DPLUGIN=<file> -DICD=<oclgrind's driver> -DLOG=<file> -DSOURCES=<this folder> -P oclgrind.cmake
# Runs the kernels of the conformance suite under oclgrind, which executes them one instruction after another and reports data races, accesses out
# of bounds and barriers that not all items reach. Its report must be empty; that of a kernel with a race must not.
set(ENV{OCL_ICD_VENDORS} "${ICD}")
set(ENV{OCLGRIND_DATA_RACES} 1)
set(ENV{OCLGRIND_LOG} "${LOG}")

# run(<report> <argument>...): what oclgrind reports of a run of the suite that must succeed.
function(run report)
  file(REMOVE "${LOG}")
  execute_process(COMMAND "${PROGRAM}" --plugin "${PLUGIN}" ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "the suite ended with ${result}:\n${output}")
  endif()
  if(NOT EXISTS "${LOG}")
    message(FATAL_ERROR "oclgrind wrote no report: were the kernels run under it?\n${output}")
  endif()
  file(READ "${LOG}" text)
  set(${report} "${text}" PARENT_SCOPE)
endfunction()

run(report --language opencl --kernels "${SOURCES}/race.cl" --filter Launch.TakesNoArguments)
if(NOT report MATCHES "race")
  message(FATAL_ERROR "oclgrind does not see the race in race.cl; it reports: '${report}'")
endif()

# oclgrind's queues are not made for several threads, and it is slow.
run(report --language nexus --expected-failures "${SOURCES}/../conformance/opencl-buffer.expected"
  --filter "Launch.*:Launch/LargestBlock*:Launch/LaunchPlace*3x4*:Launch/LaunchShared*:Barrier/*:-*Threads*:*1024*:*Rounds*500")
if(NOT report STREQUAL "")
  message(FATAL_ERROR "oclgrind reports:\n${report}")
endif()
