"""Incidents, the desk's tasks, vendors' jobs."""

from incidents.models.answer import ANSWERS, NOT_DONE_REASONS, AlertAnswer, AnswerWatch
from incidents.models.appointment import APPOINTMENT_STATES, Appointment, VisitCheck
from incidents.models.breach import BREACH_REASONS, BreachNote
from incidents.models.case import (
    CASE_STATES,
    Case,
    CaseEvent,
    CustomerMessage,
    DeskPresence,
    Escalation,
    IncidentReceipt,
    InternalNote,
)
from incidents.models.contact import Caller, Contact
from incidents.models.crisis import CallBooking, EarlyWarning
from incidents.models.decision import Decision
from incidents.models.desk_mail import FILE_VERDICTS, MAIL_STATES, DeskMail, MailboxFault, MailFile
from incidents.models.desk_task import TASK_STATES, DeskTask
from incidents.models.device_watch import WATCH_STATES
from incidents.models.evidence import Evidence, Upload
from incidents.models.incident import INCIDENT_STATES, Incident, IncidentEvent, IncidentGroup
from incidents.models.invoice import INVOICE_STATES, ROUNDINGS, Invoice
from incidents.models.job import JOB_STATES, OFFER_STATES, Job, JobEvent, JobOffer
from incidents.models.knowledge import ARTICLE_STATES, Article, ReadyAnswer
from incidents.models.outcome import OUTCOMES, OutcomeCount
from incidents.models.vendor import VendorListing, VendorProfile
from incidents.models.work import WORK_KINDS, JobReport, SheetRecord, SignOff, Watch, WorkEntry

__all__ = [
    "ANSWERS",
    "APPOINTMENT_STATES",
    "ARTICLE_STATES",
    "BREACH_REASONS",
    "CASE_STATES",
    "FILE_VERDICTS",
    "INCIDENT_STATES",
    "INVOICE_STATES",
    "JOB_STATES",
    "MAIL_STATES",
    "NOT_DONE_REASONS",
    "OFFER_STATES",
    "OUTCOMES",
    "ROUNDINGS",
    "TASK_STATES",
    "WATCH_STATES",
    "WORK_KINDS",
    "AlertAnswer",
    "AnswerWatch",
    "Appointment",
    "Article",
    "BreachNote",
    "CallBooking",
    "Caller",
    "Case",
    "CaseEvent",
    "Contact",
    "CustomerMessage",
    "Decision",
    "DeskMail",
    "DeskPresence",
    "DeskTask",
    "EarlyWarning",
    "Escalation",
    "Evidence",
    "Incident",
    "IncidentEvent",
    "IncidentGroup",
    "IncidentReceipt",
    "InternalNote",
    "Invoice",
    "Job",
    "JobEvent",
    "JobOffer",
    "JobReport",
    "MailFile",
    "MailboxFault",
    "OutcomeCount",
    "ReadyAnswer",
    "SheetRecord",
    "SignOff",
    "Upload",
    "VendorListing",
    "VendorProfile",
    "VisitCheck",
    "Watch",
    "WorkEntry",
]
