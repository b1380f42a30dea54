/* The generic processors of LLVM's AMDGPU target and the processors that run their code.
 *
 * NEXUS_AMD_GENERIC(name, processors separated by spaces). Source: LLVM 23, docs/AMDGPUUsage.rst, "Generic processor code object
 * versioning"; tests compare the table with the database. */
NEXUS_AMD_GENERIC("gfx9-generic", "gfx900 gfx902 gfx904 gfx906 gfx909 gfx90c")
NEXUS_AMD_GENERIC("gfx9-4-generic", "gfx942 gfx950")
NEXUS_AMD_GENERIC("gfx10-1-generic", "gfx1010 gfx1011 gfx1012 gfx1013")
NEXUS_AMD_GENERIC("gfx10-3-generic", "gfx1030 gfx1031 gfx1032 gfx1033 gfx1034 gfx1035 gfx1036")
NEXUS_AMD_GENERIC("gfx11-generic", "gfx1100 gfx1101 gfx1102 gfx1103 gfx1150 gfx1151 gfx1152 gfx1153 gfx1154")
NEXUS_AMD_GENERIC("gfx11-7-generic", "gfx1170 gfx1171 gfx1172")
NEXUS_AMD_GENERIC("gfx12-generic", "gfx1200 gfx1201")
NEXUS_AMD_GENERIC("gfx12-5-generic", "gfx1250 gfx1251")
NEXUS_AMD_GENERIC("gfx13-generic", "gfx1310")
