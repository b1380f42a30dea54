package nexus;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Frees what proxies own on the native side, and tells the garbage collector about memory that it does not see. */
final class NativeMemory {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final long LIMIT = Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 2);
  private static final AtomicLong CREATED = new AtomicLong();

  private NativeMemory() {}

  static void freeWhenUnreachable(Object proxy, long pointer, LongConsumer free) {
    CLEANER.register(proxy, () -> free.accept(pointer));
  }

  /** Closes a handle when its user is unreachable. */
  static void keepAlive(Object user, Buffer used) {
    CLEANER.register(user, used::close);
  }

  /** Asks for a collection whenever many bytes were created since the last time. */
  static Buffer count(Buffer buffer) {
    long bytes = buffer.getByteSize();
    if (CREATED.addAndGet(bytes) > LIMIT) {
      CREATED.set(0);
      System.gc();
    }
    return buffer;
  }
}
