"""France: the chart of accounts of the PCG and the French VAT."""
