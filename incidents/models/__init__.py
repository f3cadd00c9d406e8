"""Incidents, the desk's tasks, vendors' jobs."""

from incidents.models.desk_task import TASK_STATES, DeskTask
from incidents.models.evidence import Evidence, Upload
from incidents.models.incident import INCIDENT_STATES, Incident, IncidentEvent, IncidentGroup
from incidents.models.invoice import INVOICE_STATES, ROUNDINGS, Invoice
from incidents.models.job import JOB_STATES, OFFER_STATES, Job, JobOffer
from incidents.models.work import WATCH_STATES, WORK_KINDS, JobReport, SheetRecord, SignOff, Watch, WorkEntry

__all__ = [
    "INCIDENT_STATES",
    "INVOICE_STATES",
    "JOB_STATES",
    "OFFER_STATES",
    "ROUNDINGS",
    "TASK_STATES",
    "WATCH_STATES",
    "WORK_KINDS",
    "DeskTask",
    "Evidence",
    "Incident",
    "IncidentEvent",
    "IncidentGroup",
    "Invoice",
    "Job",
    "JobOffer",
    "JobReport",
    "SheetRecord",
    "SignOff",
    "Upload",
    "Watch",
    "WorkEntry",
]
