"""What the staff knows and does: reports, sanctions, blocks and figures."""
