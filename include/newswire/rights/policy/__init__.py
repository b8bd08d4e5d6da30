"""Policies: ODRL 2.2 and its news profile RightsML 2.0, read, evaluated, reported and written.

``reading`` and ``writing`` turn documents into policies and reports into documents; they alone know RDF, and only they
import it. Pure: nothing is fetched, and the clock is the world's.
"""

from newswire.rights.policy.evaluation import DutyMode, Evaluator, evaluate
from newswire.rights.policy.model import (
    IRI,
    Action,
    AnyConstraint,
    Constraint,
    Deontic,
    LogicalConstraint,
    Policy,
    Referent,
    Request,
    RequestRule,
    Rule,
    RuleKind,
    RuleState,
    Value,
    World,
)
from newswire.rights.policy.report import Answer, PolicyReport, PremiseKind, PremiseReport, RuleReport
from newswire.rights.policy.vocabulary import ODRL

__all__ = [
    "IRI",
    "ODRL",
    "Action",
    "Answer",
    "AnyConstraint",
    "Constraint",
    "Deontic",
    "DutyMode",
    "Evaluator",
    "LogicalConstraint",
    "Policy",
    "PolicyReport",
    "PremiseKind",
    "PremiseReport",
    "Referent",
    "Request",
    "RequestRule",
    "Rule",
    "RuleKind",
    "RuleReport",
    "RuleState",
    "Value",
    "World",
    "evaluate",
]
