"""What a device or a runtime knows of itself, as a mapping."""

from collections.abc import Iterator, Mapping
from typing import TypeVar, overload

from nexus._nexus import Device, NotFoundError, Runtime

PropertyValue = str | int | float | list[str] | list[int] | list[float]
_Default = TypeVar("_Default")


class PropertyMap(Mapping[str, PropertyValue]):
    """The properties that a device or a runtime knows, in the order of nexus.properties().

    Each is read when it is asked for, as properties['CoreCount'] or properties.CoreCount. A missing one raises
    NotFoundError, as everywhere in Nexus, or AttributeError.
    """

    __slots__ = ("_owner",)

    def __init__(self, owner: "Device | Runtime") -> None:
        self._owner = owner

    def __getitem__(self, name: str) -> PropertyValue:
        return self._owner.get_property(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._owner._known_properties())

    def __len__(self) -> int:
        return len(self._owner._known_properties())

    def __contains__(self, name: object) -> bool:
        return name in self._owner._known_properties()

    @overload
    def get(self, name: str, /) -> PropertyValue | None: ...
    @overload
    def get(self, name: str, /, default: _Default) -> PropertyValue | _Default: ...
    def get(self, name: str, /, default: object = None) -> object:
        """The value, or the default if it is not known."""
        return self[name] if name in self else default  # noqa: SIM401

    def __getattr__(self, name: str) -> PropertyValue:
        try:
            return self._owner.get_property(name)
        except NotFoundError as error:
            raise AttributeError(str(error), name=name, obj=self) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def _repr_html_(self) -> str:
        from nexus.display import properties

        return properties(self)

    def __repr__(self) -> str:
        return f"<properties of {self._owner!r}: {', '.join(self)}>"
