"""The methods that an engine answers, by what they are about."""
