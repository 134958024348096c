// Tells the styles, before the page is drawn, that scripts run. Its own file, so that the policy needs no exception.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
