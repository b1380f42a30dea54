"""Element types of buffers and of kernel arguments."""

from nexus._nexus import InvalidArgumentError, _dtype_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy

    int8: "DType"
    int16: "DType"
    int32: "DType"
    int64: "DType"
    uint8: "DType"
    uint16: "DType"
    uint32: "DType"
    uint64: "DType"
    float16: "DType"
    float32: "DType"
    float64: "DType"
    bfloat16: "DType"
    float8_e4m3fn: "DType"
    float8_e5m2: "DType"
    float4_e2m1fn: "DType"
    int4: "DType"
    uint4: "DType"
    complex64: "DType"
    complex128: "DType"


class DType:
    """Type of the elements of a buffer.

    str(dtype) is NumPy's name ("float16"), dtype.short_name the field's ("fp16"). A DType equals every spelling of
    itself: nexus.float16 == "fp16" == numpy.float16. There is one object for each type: DType("fp16") is nexus.float16.
    """

    __slots__ = ("bits", "format", "itemsize", "name", "short_name")

    name: str
    short_name: str
    itemsize: int
    """Bytes of one element; 1 for the types of 4 bits, of which two share a byte."""
    bits: int
    format: str
    """Format character of the buffer protocol, "" where it has none."""

    def __new__(cls, spelling: "Any") -> "DType":
        """The type of that name; also of a numpy.dtype, a NumPy or PyTorch scalar type, int, float or bool."""
        found = _find(spelling)
        if found is None:
            if isinstance(spelling, str) and spelling in ("i4", "i8", "u4", "u8"):
                kind, bits = "int" if spelling[0] == "i" else "uint", int(spelling[1])
                both = f"{kind}{bits} to compilers and {kind}{8 * bits} to NumPy"
                raise InvalidArgumentError(f"{spelling!r} is {both}; write out which one is meant")
            names = ", ".join(f"{dtype.name} ({dtype.short_name})" for dtype in by_code.values())
            raise InvalidArgumentError(f"{spelling!r} is no element type; there are {names}")
        return found

    @property
    def dtype(self) -> "numpy.dtype[Any]":
        """NumPy's element type; bfloat16, the 8-bit floats and the 4-bit types need the package ml_dtypes."""
        import numpy

        if self.format:
            return numpy.dtype(self.name)
        try:
            import ml_dtypes  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise TypeError(f"for {self.name}, NumPy needs another package: pip install ml_dtypes") from None
        dtype: numpy.dtype[Any] = numpy.dtype(getattr(ml_dtypes, self.name))
        return dtype

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"nexus.{self.name}"

    def __eq__(self, other: object) -> bool:
        return self is other or (not isinstance(other, DType) and _find(other) is self)

    def __hash__(self) -> int:
        return hash(self.name)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self!r} cannot be changed")

    def __reduce__(self) -> "tuple[type[DType], tuple[str]]":
        return DType, (self.name,)


def _make(name: str, short_name: str, itemsize: int, bits: int, format: str) -> DType:
    dtype = object.__new__(DType)
    values = {"name": name, "short_name": short_name, "itemsize": itemsize, "bits": bits, "format": format}
    for key, value in values.items():
        object.__setattr__(dtype, key, value)
    return dtype


by_code = {row[0]: _make(*row[1:]) for row in _dtype_table()}
_by_spelling = {name: dtype for dtype in by_code.values() for name in (dtype.name, dtype.short_name)}
_builtins: "dict[object, str]" = {bool: "bool", int: "int64", float: "float64", complex: "complex128"}


def _find(spelling: object) -> "DType | None":
    if isinstance(spelling, DType):
        return spelling
    if isinstance(spelling, str):
        return _by_spelling.get(spelling)
    if isinstance(spelling, type):
        return _by_spelling.get(_builtins.get(spelling, spelling.__name__.removesuffix("_")))
    if getattr(spelling, "byteorder", "=") in (">", "!"):
        return None
    name = getattr(spelling, "name", None) or str(spelling).removeprefix("torch.").removesuffix("_x2")
    return _by_spelling.get(name) if isinstance(name, str) else None


bool_ = _by_spelling["bool"]
globals().update({dtype.name: dtype for dtype in by_code.values() if dtype is not bool_})
__all__ = [
    "DType",
    "bfloat16",
    "bool_",
    "complex64",
    "complex128",
    "float4_e2m1fn",
    "float8_e4m3fn",
    "float8_e5m2",
    "float16",
    "float32",
    "float64",
    "int4",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint4",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]
