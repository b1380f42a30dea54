#pragma once

#if defined(__GNUC__)
#define NEXUS_API __attribute__((visibility("default")))
#else
#define NEXUS_API
#endif
