"""Every page of the console; importing a module registers its pages."""

PAGE_MODULES: tuple[str, ...] = ()
