from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NOT_FOR_THIS_TOKEN = _("Your token was not made for this. Make one for it on the page of tokens.")
NO_TOKEN = _("Send a token that stands in the Authorization header. You make one on the page of tokens.")
NOT_THIS_WAY = _("This address does not take that method.")
NOT_JSON = _("Send JSON, with the content type application/json.")
NOT_ON_THE_LIST = _("Choose one of: %(known)s")
NO_SUCH_PLACE = _("This is not a place in the list. Take the address that the last page gave as next.")
NOT_THE_YEAR = _("Write an instant between the years 1900 and 2200.")
ONE_OF_BOTH = _("Name either an office or one person at work.")
A_NAME = _("Enter a first name, a family name or both.")
NOT_A_LANGUAGE = _("Write a language by its code of ISO 639, for example sq.")
VOTES_TWICE = _("Name each office once.")
SEATS_TWICE = _("Name each seat once.")
