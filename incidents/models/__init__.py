"""Incidents, the desk's tasks, vendors' jobs."""

from incidents.models.desk_task import TASK_STATES, DeskTask
from incidents.models.incident import INCIDENT_STATES, Incident, IncidentEvent, IncidentGroup
from incidents.models.job import JOB_STATES, OFFER_STATES, Job, JobOffer

__all__ = [
    "INCIDENT_STATES",
    "JOB_STATES",
    "OFFER_STATES",
    "TASK_STATES",
    "DeskTask",
    "Incident",
    "IncidentEvent",
    "IncidentGroup",
    "Job",
    "JobOffer",
]
