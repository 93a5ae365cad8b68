"""Which addons there are, what a set of them declares together, and how a workspace turns them on and off."""
