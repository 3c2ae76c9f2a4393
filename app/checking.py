"""The rules after a large write: what its commit left for them, looked at and committed."""

import logging

from sqlalchemy.orm import Session

from app.database import begin_unlocked
from app.services import outages
from app.services.rules import check_unchecked, unchecked_outbreaks

log = logging.getLogger(__name__)


def check_what_changed(session: Session) -> None:
    """Let the rules look at all series that changed since they last did, and commit.

    To be called after a commit. The write stands whatever comes of this: what cannot be done now
    is logged, and taken up by the worker's next sweep.
    """
    try:
        begin_unlocked(session)
        for outbreak_id in unchecked_outbreaks(session):
            session.commit()
            while check_unchecked(session, outbreak_id).left:
                session.commit()
        session.commit()
    except Exception as error:
        session.rollback()
        if outages.explain(error) is None:
            log.exception("the rules failed")
        else:
            log.warning("the rules wait: %s", outages.explain(error))
