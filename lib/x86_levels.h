/* The levels of x86-64 and what each adds to the one before, by the names of the Linux kernel (pni is SSE3, abm is LZCNT).
 *
 * NEXUS_X86_LEVEL(level, "features separated by spaces"). Source: System V ABI, AMD64 supplement 1.0, table 3.1. */
NEXUS_X86_LEVEL(1, "cmov cx8 fpu fxsr mmx syscall sse sse2")
NEXUS_X86_LEVEL(2, "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3")
NEXUS_X86_LEVEL(3, "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave")
NEXUS_X86_LEVEL(4, "avx512f avx512bw avx512cd avx512dq avx512vl")
