"""Shows: home, regional dashboard, published rankings and exports."""
