"""What other systems and national returns take from the service, at documented addresses."""
