package nexus;

/**
 * How to launch a kernel.
 *
 * @param stream null: the device's default stream
 * @param sharedBytes launch-sized shared memory of one block
 * @param isBlocking return when the kernel has completed
 */
public record LaunchOptions(Stream stream, long sharedBytes, boolean isBlocking) {
  public LaunchOptions() {
    this(null, 0, false);
  }

  public LaunchOptions withStream(Stream stream) {
    return new LaunchOptions(stream, sharedBytes, isBlocking);
  }

  public LaunchOptions withSharedBytes(long sharedBytes) {
    return new LaunchOptions(stream, sharedBytes, isBlocking);
  }

  public LaunchOptions withBlocking(boolean isBlocking) {
    return new LaunchOptions(stream, sharedBytes, isBlocking);
  }
}
