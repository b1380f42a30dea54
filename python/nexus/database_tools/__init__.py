"""What `nexus db` does: one module for each concern. Nothing here is imported by the package itself."""
