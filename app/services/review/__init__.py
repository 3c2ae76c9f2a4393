"""The queue of findings: what is asked for, what was decided, what each decision did."""
