"""Financial reports: the same sheet on screen, as PDF and as XLSX."""
