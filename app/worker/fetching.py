"""Fetching an offered file whose address was too slow to be waited for in a request."""

from collections.abc import Collection

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.models import Import
from app.services.importing import Progress, offers
from app.services.importing.fetching import open_address
from app.services.importing.pieces import keep_pieces


def fetch_offer(
    engine: Engine,
    import_id: int,
    progress: Progress,
    *,
    address: str,
    hosts: Collection[str],
    most: int,
) -> None:
    """Store what an address answers with as the bytes of an import, unless they are here.

    Committed piece by piece, as an upload is. Raises ImportRefused as `open_address` does.
    """
    with Session(engine) as session:
        if session.get_one(Import, import_id).sha256:
            return
        # Of the request, or of a try that was broken off.
        offers.forget_pieces(session, import_id)
        session.commit()
        with open_address(address, hosts, most=most) as (name, stream):
            session.get_one(Import, import_id).filename = offers.tidy_name(name)
            for _size in keep_pieces(session, import_id, stream):
                session.commit()
                # How long it will be is not known; but Stop is heard.
                progress(0, 0)
        session.commit()
