"""Carries out jobs beside the requests: the queue (huey), the worker and its keeper; no Flask.

The state of a job is in its own table (app.services.jobs). The queue only wakes a worker with a
job's id; when it loses one, the worker's sweep finds the job in the table.
"""
