"""Others that do the same work: OpenMP in C, numba, OpenCL."""
