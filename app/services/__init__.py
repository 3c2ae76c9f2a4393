"""Use cases as functions f(session, ...): they flush and never commit. No Flask here."""
