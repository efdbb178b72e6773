"""Which module an import takes names from."""

from __future__ import annotations

from importwise.index.module import Module
from importwise.resolver.resolution import Found, Partial, Resolution, Unknown
from importwise.resolver.resolve import Resolver
from importwise.syntax.summary import Import


def target(resolver: Resolver, path: str, item: Import, typing: bool = False) -> Resolution:
    """The module that a ``from`` import in the file ``path`` takes names from; a stub may be it if it is for type checkers."""
    base = resolver.foreign_base(path)
    stubs = typing or path.endswith(".pyi")
    if not item.level:
        return resolver.find(item.module, base, stubs)
    anchor = resolver.anchor(path, item.level)
    if anchor is None:
        return Unknown("the relative import leads out of its package")
    return below(resolver, anchor, item.module, stubs)


def below(resolver: Resolver, anchor: Module, dotted: str, stubs: bool = False) -> Resolution:
    """The module ``dotted`` below ``anchor``; ``anchor`` itself for ""."""
    module = anchor
    for part in dotted.split(".") if dotted else ():
        child = resolver.child(module, part, stubs)
        if not isinstance(child, Module):
            child = child or resolver.put_there(module, f"{module.name}.{part}")
            if not isinstance(child, Module):
                return child or Partial(module, part)
        module = child
    return Found(module)
