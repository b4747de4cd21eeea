"""Mail in and out as the domain sees it: what came, what leaves, and whether it still arrives."""
