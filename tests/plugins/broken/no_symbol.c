/* A shared library without nxsGetPlugin. */
#include <nexus/plugin.h>

NXS_EXPORT int something_else(void);

int something_else(void) { return 1; }
