"""Text in and out of markup: safe HTML, BBCode, Markdown, mail text, plain text, links."""
