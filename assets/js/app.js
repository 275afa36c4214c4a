import {
  Button,
  Checkboxes,
  createAll,
  ErrorSummary,
  ExitThisPage,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
} from "govuk-frontend";
import { SortableTable } from "@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.mjs";
import "htmx.org";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

const components = [
  ExitThisPage,
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
  SortableTable,
];

for (const component of components) {
  createAll(component);
}

// Parts that htmx brings in later need the same behaviour as the page they arrive in.
document.addEventListener("htmx:after:swap", () => {
  for (const component of components) {
    const name = component.moduleName;
    const waiting = document.querySelectorAll(`[data-module="${name}"]:not([data-${name}-init])`);
    for (const element of waiting) {
      new component(element);
    }
  }
});
