"""The Friendica API in its own words: objects by subject, endpoints in requests, XML in xml."""
