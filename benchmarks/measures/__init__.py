"""The measures, one file for each concern. Each function returns lines of the table."""
