"""Example outbreaks and large files: simulated, in countries that do not exist."""

from app.services.simulation.faults import Fault
from app.services.simulation.file_faults import FAULT_KINDS, Planted
from app.services.simulation.files import write_csv
from app.services.simulation.outbreak import Simulation, simulate, simulate_outbreak
from app.services.simulation.reporting import Row

__all__ = [
    "FAULT_KINDS",
    "Fault",
    "Planted",
    "Row",
    "Simulation",
    "simulate",
    "simulate_outbreak",
    "write_csv",
]
