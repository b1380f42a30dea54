/* Takes the place of the OpenCL loader, and offers nothing. */
int nexus_test_empty_loader;
