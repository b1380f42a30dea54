/* What the plugin "faulty" exports beside nxsGetPlugin, for tests that load it into their own process. C99.
 *
 * The plugin forwards every call to another one (the variable NEXUS_FAULTY_TARGET, or else the CPU plugin of the build) and injects failures
 * by a script, at first the one in the variable NEXUS_FAULTS: pieces "where:n=what", separated by ','.
 *
 *   where  the name of an entry of the table, such as buffer_create: its n-th call
 *          any: the n-th call of all entries;  device: the n-th call of all entries but those of the runtime
 *          launch, copy, fill, signal, wait, host_call, timestamp: the n-th command of that kind that is submitted; it fails in the stream
 *   what   a status without NXS_, such as OUT_OF_MEMORY. DEVICE_LOST from a call of the device is for good: all work ends, and all later
 *          calls fail likewise.
 *          hang: from then on, a command never completes, and event_wait and stream_synchronize run into their timeouts, until the release
 *
 * Entries that destroy do so even if they fail. A failure's message names where it happened and the count. */
#ifndef NEXUS_FAULTY_CONTROL_H
#define NEXUS_FAULTY_CONTROL_H

#include <nexus/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Replaces the script, begins to count anew and finds a lost device again. Returns what is wrong with the script (valid until the next
 * call), or NULL. */
NXS_EXPORT const char* nexusFaultySetScript(const char* script);
/* Calls or commands so far; `where` as in a script. */
NXS_EXPORT uint64_t nexusFaultyCount(const char* where);
/* Writes the places that failed on purpose so far, each followed by ',', and returns how many there are. */
NXS_EXPORT size_t nexusFaultyFailures(char* text, size_t size);
/* Objects of the other plugin that were created and not destroyed, runtimes included. */
NXS_EXPORT uint64_t nexusFaultyLiveObjects(void);
/* Ends whatever hangs. */
NXS_EXPORT void nexusFaultyRelease(void);

#ifdef __cplusplus
}
#endif

#endif
