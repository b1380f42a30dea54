/* Every element type, once.
 *
 * NEXUS_DTYPE(Enumerator, code, "numpy name", "short name", bits, dlpack_code, "buffer-protocol format")
 * The dlpack_code is DLPack's DLDataTypeCode (0 int, 1 uint, 2 float, 4 bfloat, 5 complex, 6 bool, 10 e4m3fn, 12 e5m2, 17 e2m1fn).
 * The format is "" where the buffer protocol has none. Types of 4 bits are packed, two elements to a byte, the first one in the low
 * half. "i8" and its like are no names here: compilers mean bits, NumPy means bytes. Codes are part of the plugin ABI: append, never
 * renumber. */
NEXUS_DTYPE(Bool, 1, "bool", "b1", 8, 6, "?")
NEXUS_DTYPE(Int8, 2, "int8", "int8", 8, 0, "b")
NEXUS_DTYPE(Int16, 3, "int16", "i16", 16, 0, "h")
NEXUS_DTYPE(Int32, 4, "int32", "i32", 32, 0, "i")
NEXUS_DTYPE(Int64, 5, "int64", "i64", 64, 0, "q")
NEXUS_DTYPE(UInt8, 6, "uint8", "uint8", 8, 1, "B")
NEXUS_DTYPE(UInt16, 7, "uint16", "u16", 16, 1, "H")
NEXUS_DTYPE(UInt32, 8, "uint32", "u32", 32, 1, "I")
NEXUS_DTYPE(UInt64, 9, "uint64", "u64", 64, 1, "Q")
NEXUS_DTYPE(Float16, 10, "float16", "fp16", 16, 2, "e")
NEXUS_DTYPE(Float32, 11, "float32", "fp32", 32, 2, "f")
NEXUS_DTYPE(Float64, 12, "float64", "fp64", 64, 2, "d")
NEXUS_DTYPE(BFloat16, 13, "bfloat16", "bf16", 16, 4, "")
NEXUS_DTYPE(Float8E4M3, 14, "float8_e4m3fn", "fp8_e4m3", 8, 10, "")
NEXUS_DTYPE(Float8E5M2, 15, "float8_e5m2", "fp8_e5m2", 8, 12, "")
NEXUS_DTYPE(Complex64, 16, "complex64", "c64", 64, 5, "Zf")
NEXUS_DTYPE(Complex128, 17, "complex128", "c128", 128, 5, "Zd")
NEXUS_DTYPE(Int4, 18, "int4", "int4", 4, 0, "")
NEXUS_DTYPE(UInt4, 19, "uint4", "uint4", 4, 1, "")
NEXUS_DTYPE(Float4E2M1, 20, "float4_e2m1fn", "fp4", 4, 17, "")
