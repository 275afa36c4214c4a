"""What guardians and their standing are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opennrm.web.words import Words

STANDINGS: Words = {
    "parent": _("A parent"),
    "appointed": _("Appointed by an authority"),
    "carer": _("Somebody who cares for the child"),
}
JOURNAL: Words = {
    "parent": _("A parent was recorded as guardian"),
    "appointed": _("An appointed guardian was recorded"),
    "carer": _("A carer was recorded as guardian"),
    "ended": _("A guardian no longer answers for the child"),
    "suspected": _("A guardian may be involved: never contact"),
}
