"""Every page of the console; importing a module registers its pages."""

PAGE_MODULES = (
    "api.console.inbox.pages",
    "api.console.review.pages",
    "api.console.knowledge.pages",
    "api.console.reports.pages",
    "api.console.people.pages",
)
