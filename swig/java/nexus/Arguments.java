package nexus;

/** Packs kernel arguments for the native side: two longs for each, the element type (0 for a buffer) and the value's bits. */
final class Arguments {
  private Arguments() {}

  static long[] pack(Object... values) {
    long[] packed = new long[2 * values.length];
    for (int i = 0; i < values.length; ++i) {
      packed[2 * i] = dtypeOf(values[i], i).swigValue();
      packed[2 * i + 1] = bitsOf(values[i]);
    }
    return packed;
  }

  private static DType dtypeOf(Object value, int index) {
    if (value instanceof Buffer) return DType.Unknown;
    if (value instanceof Integer) return DType.Int32;
    if (value instanceof Long) return DType.Int64;
    if (value instanceof Float) return DType.Float32;
    if (value instanceof Double) return DType.Float64;
    if (value instanceof Boolean) return DType.Bool;
    if (value instanceof Short) return DType.Int16;
    if (value instanceof Byte) return DType.Int8;
    if (value == null) throw new InvalidArgumentException("argument " + index + " is null");
    String remedy = value.getClass().isArray() ? "make a Buffer with createBuffer" : "expected a Buffer, a number or a boolean";
    throw new InvalidArgumentException("argument " + index + " is of type " + value.getClass().getTypeName() + ": " + remedy);
  }

  private static long bitsOf(Object value) {
    if (value instanceof Buffer buffer) return Buffer.getCPtr(buffer);
    if (value instanceof Boolean flag) return flag ? 1 : 0;
    Number number = (Number) value;
    boolean isFloat = value instanceof Float || value instanceof Double;
    return isFloat ? Double.doubleToRawLongBits(number.doubleValue()) : number.longValue();
  }
}
