package nexus;

/** Size of a grid (in blocks) or of a block (in items) in x, y and z. */
public record Dim3(long x, long y, long z) {
  public Dim3(long x) {
    this(x, 1, 1);
  }

  public Dim3(long x, long y) {
    this(x, y, 1);
  }

  long[] toArray() {
    return new long[] {x, y, z};
  }
}
