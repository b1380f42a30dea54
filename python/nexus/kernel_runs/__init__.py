"""What `nexus run` and `nexus compare` are made of: files with kernels, arguments, launches, differences, tables."""
