"""What Django and the sign-in library say on a page, named here so that every catalogue holds it.

The library knows no Albanian, and a language may write a month in its own way.
"""

from django.utils.translation import gettext_noop as _

SIGN_IN = (
    _("Username"),
    _("Password"),
    _("Remember Me"),
    _("Code"),
    _("Authenticator code"),
    _("The username and/or password you specified are not correct."),
    _("Invalid login."),
    _("This account is currently inactive."),
    _("Too many failed login attempts. Try again later."),
    _("Please type your current password."),
    _("Incorrect password."),
    _("Incorrect code."),
    _("Be patient, you are sending too many requests."),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("Successfully signed in as %(name)s."),
    _("You have signed out."),
    _("A new set of recovery codes has been generated."),
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
)
FORMS = (
    _("This field is required."),
    _("Enter a whole number."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
)
MONTHS = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
