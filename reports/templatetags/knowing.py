"""What we know of organisations, for pages of the apps that may not import what comes after them."""

from django import template

from reports.knowing import what_we_know

register = template.Library()


@register.simple_tag
def known_about(application=None, award=None):
    """`{% known_about application=application as known %}`: of the lead and the partners, without itself."""
    about = application or award
    return what_we_know(
        about.organisation,
        about.partners.all(),
        but_application=application.pk if application else about.application_id,
        but_award=award.pk if award else None,
    )
