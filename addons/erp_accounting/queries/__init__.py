"""What the books say: balances, ledgers and statements. Nothing here writes."""
