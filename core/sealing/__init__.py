"""The seal of the audit trail: docs/operators/audit.md says how it works."""
