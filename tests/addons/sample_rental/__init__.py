"""An addon that cannot live without another: it has no tables of its own."""
