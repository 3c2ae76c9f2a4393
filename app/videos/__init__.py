"""Briefings on video; nothing of them is embedded."""

from flask_babel import lazy_gettext as _

from app.crud import Words, directory
from app.models import Video
from app.videos.forms import VideoForm, offer_countries

bp = directory(
    "videos",
    model=Video,
    form=VideoForm,
    prepare=offer_countries,
    words=Words(
        title=_("Videos"),
        add=_("Add a video"),
        empty=_("No videos yet. Briefings belong here: a name, what it is about, and the link."),
    ),
    columns=("name", "date", "country_id", "link"),
    search=(Video.name, Video.description),
    order=(Video.date.is_(None), Video.date.desc(), Video.id.desc()),
)
