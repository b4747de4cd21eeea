"""The mail door: LMTP and SMTP in, a mail to each member out, and whole archives both ways."""
