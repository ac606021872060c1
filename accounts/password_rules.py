"""The password rules of the registration guide (CPMS-08)."""
