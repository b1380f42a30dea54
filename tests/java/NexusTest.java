import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import nexus.Buffer;
import nexus.Command;
import nexus.CommandKind;
import nexus.DType;
import nexus.Device;
import nexus.Devices;
import nexus.Dim3;
import nexus.Event;
import nexus.InvalidArgumentException;
import nexus.Kernel;
import nexus.LaunchFailedException;
import nexus.LaunchOptions;
import nexus.Library;
import nexus.Nexus;
import nexus.NexusException;
import nexus.NexusRuntime;
import nexus.NexusSystem;
import nexus.NotFoundException;
import nexus.PluginRecord;
import nexus.Property;
import nexus.Runtimes;
import nexus.Schedule;
import nexus.Stream;
import nexus.UnavailableException;

/** Tests of the Java package without a framework: java NexusTest LIBRARY, the kernel library made from tests/kernels/basic.cpp. */
public final class NexusTest {
  private interface Check {
    void run() throws Exception;
  }

  private static final Device DEVICE = Nexus.getDevice("cpu:0");
  private static Library library;

  private NexusTest() {}

  public static void main(String[] arguments) throws Exception {
    String path = arguments[0];
    library = DEVICE.loadLibrary(path);
    int failures = 0;
    failures += run("objects and properties", NexusTest::objectsAndProperties);
    failures += run("libraries", () -> libraries(path));
    failures += run("buffers from arrays", NexusTest::buffersFromArrays);
    failures += run("buffers of other types", NexusTest::buffersOfOtherTypes);
    failures += run("byte buffers", NexusTest::byteBuffers);
    failures += run("launches", NexusTest::launches);
    failures += run("scalars", NexusTest::scalars);
    failures += run("schedules", NexusTest::schedules);
    failures += run("events and streams", NexusTest::eventsAndStreams);
    failures += run("errors", NexusTest::errors);
    failures += run("closing", NexusTest::closing);
    failures += run("garbage collection", () -> garbageCollection(path));
    failures += run("memory pressure", NexusTest::memoryPressure);
    if (failures != 0) System.exit(1);
  }

  private static int run(String name, Check check) {
    try {
      check.run();
      System.out.println("passed: " + name);
      return 0;
    } catch (Throwable e) {
      System.out.println("FAILED: " + name);
      e.printStackTrace(System.out);
      return 1;
    }
  }

  private static void check(boolean isTrue, String what) {
    if (!isTrue) throw new AssertionError(what);
  }

  private static void checkEqual(Object expected, Object actual) {
    if (!Objects.deepEquals(expected, actual))
      throw new AssertionError("expected " + text(expected) + ", got " + text(actual));
  }

  private static String text(Object value) {
    return Arrays.deepToString(new Object[] {value});
  }

  private static <E extends Exception> E checkThrows(Class<E> type, String messagePart, Check check) {
    try {
      check.run();
    } catch (Exception e) {
      check(e.getClass() == type, "expected " + type + ", got " + e);
      check(e.getMessage().contains(messagePart), "'" + messagePart + "' is missing in: " + e.getMessage());
      return type.cast(e);
    }
    throw new AssertionError("nothing was thrown; expected " + type);
  }

  private static void objectsAndProperties() {
    Runtimes runtimes = Nexus.getRuntimes();
    check(runtimes.size() > 0, "no runtimes");
    List<String> names = new ArrayList<>();
    for (NexusRuntime runtime : runtimes) names.add(runtime.getName());
    check(names.contains("cpu"), "no runtime 'cpu' in " + names);
    NexusRuntime cpu = runtimes.get("cpu");
    checkEqual("cpu", cpu.getPropertyStr("Name"));
    Devices devices = cpu.getDevices();
    checkEqual(cpu.getPropertyInt("DeviceCount"), devices.size());
    for (Device device : devices) checkEqual(cpu, device.getRuntime());
    checkEqual(DEVICE, devices.get(0));
    checkEqual(DEVICE.hashCode(), devices.get(0).hashCode());
    checkEqual("cpu:0", DEVICE.getId());

    check(!DEVICE.getPropertyStr("Architecture").isEmpty(), "no architecture");
    check(DEVICE.getPropertyInt("ThreadCount") >= 1, "no threads");
    check(DEVICE.getPropertyFlt("TimerPeriod") > 0, "no timer");
    check(!DEVICE.getPropertyStrVec("Features").isEmpty(), "no features");
    checkEqual(3, DEVICE.getPropertyIntVec("MaxBlockDims").length);
    check(DEVICE.getProperties().contains(Property.ThreadCount), "ThreadCount is not listed");
    checkEqual(DEVICE.getPropertyInt("ThreadCount"), DEVICE.getProperty("ThreadCount"));
    checkEqual(DEVICE.getPropertyStr("Vendor"), DEVICE.getProperty("Vendor"));
    checkEqual("MHz", Nexus.findProperty("MaxClockRate").getUnit());

    List<PluginRecord> records = NexusSystem.get().getPluginRecords();
    PluginRecord record = records.stream().filter(r -> r.getName().equals("cpu")).findFirst().orElseThrow();
    checkEqual(PluginRecord.State.Available, record.getState());
  }

  private static void libraries(String path) throws Exception {
    checkEqual(path, library.getPath());
    check(library.getKernels().stream().map(Kernel::getName).toList().contains("saxpy"), "saxpy is not listed");
    Kernel saxpy = library.getKernel("saxpy");
    checkEqual(library, saxpy.getLibrary());
    checkEqual(4, saxpy.getArguments().size());
    checkEqual(DType.Float32, saxpy.getArguments().get(0).getDType());
    check(saxpy.getArguments().get(0).isBuffer(), "the first argument is a buffer");
    Library fromMemory = DEVICE.createLibrary(Files.readAllBytes(Path.of(path)));
    fromMemory.getKernel("noop").launch(1, 1);
  }

  private static void buffersFromArrays() {
    Buffer empty = DEVICE.createBuffer(new long[] {4, 6}, DType.Float64);
    checkEqual(new long[] {4, 6}, empty.getShape());
    checkEqual(new long[] {48, 8}, empty.getStrides());
    checkEqual(DType.Float64, empty.getDType());
    checkEqual(192L, empty.getByteSize());
    empty.fill(2.5);
    double[] doubles = new double[24];
    empty.copyTo(doubles);
    check(Arrays.stream(doubles).allMatch(d -> d == 2.5), "fill");

    float[] floats = new float[3];
    DEVICE.createBuffer(new float[] {1, 2, 3}).copyTo(floats);
    checkEqual(new float[] {1, 2, 3}, floats);
    int[] ints = new int[2];
    DEVICE.createBuffer(new int[] {Integer.MIN_VALUE, 7}).copyTo(ints);
    checkEqual(new int[] {Integer.MIN_VALUE, 7}, ints);
    byte[] bytes = new byte[3];
    DEVICE.createBuffer(new byte[] {-1, 0, 1}).copyTo(bytes);
    checkEqual(new byte[] {-1, 0, 1}, bytes);
    long[] longs = new long[2];
    Buffer square = DEVICE.createBuffer(new long[] {1L << 60, -2}, new long[] {2, 1}, DType.Int64);
    square.copyTo(longs);
    checkEqual(new long[] {1L << 60, -2}, longs);
    square.copyFrom(new long[] {3, 4});
    square.copyTo(longs);
    checkEqual(new long[] {3, 4}, longs);
  }

  private static void buffersOfOtherTypes() {
    short[] bits = {0x3c00, (short) 0xc000};
    Buffer half = DEVICE.createBuffer(bits, new long[] {2}, DType.Float16);
    checkEqual(DType.Float16, half.getDType());
    short[] back = new short[2];
    half.copyTo(back);
    checkEqual(bits, back);
    DEVICE.createBuffer(new byte[] {1, 0}, new long[] {2}, DType.Bool);

    checkThrows(InvalidArgumentException.class, "float32", () -> DEVICE.createBuffer(new int[2], new long[] {2}, DType.Float32));
    checkThrows(InvalidArgumentException.class, "(3,)", () -> DEVICE.createBuffer(new int[2], new long[] {3}, DType.Int32));
    checkThrows(InvalidArgumentException.class, "int32", () -> DEVICE.createBuffer(new float[2]).copyFrom(new int[2]));
    checkThrows(InvalidArgumentException.class, "3 elements", () -> DEVICE.createBuffer(new float[2]).copyTo(new float[3]));
    checkThrows(InvalidArgumentException.class, "negative", () -> DEVICE.createBuffer(new long[] {-1}, DType.Int32));
    check(DEVICE.createBuffer(new float[0]).getByteSize() == 0, "a buffer without elements has no bytes");
  }

  private static void byteBuffers() {
    ByteBuffer source = ByteBuffer.allocateDirect(20).order(ByteOrder.nativeOrder());
    for (int i = 0; i < 5; ++i) source.putFloat(i);
    source.position(4);
    Buffer buffer = DEVICE.createBuffer(source, new long[] {2, 2}, DType.Float32);
    float[] floats = new float[4];
    buffer.copyTo(floats);
    checkEqual(new float[] {1, 2, 3, 4}, floats);
    checkEqual(4, source.position());

    ByteBuffer destination = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    buffer.copyTo(destination);
    checkEqual(4f, destination.getFloat(12));
    checkThrows(InvalidArgumentException.class, "read-only", () -> buffer.copyTo(destination.asReadOnlyBuffer()));
    checkThrows(InvalidArgumentException.class, "not direct", () -> buffer.copyTo(ByteBuffer.allocate(16)));
    checkThrows(InvalidArgumentException.class, "12 bytes", () -> buffer.copyFrom(destination.position(4)));

    ByteBuffer shared = buffer.asByteBuffer();
    shared.asFloatBuffer().put(0, 42f);
    buffer.copyTo(floats);
    checkEqual(42f, floats[0]);
    buffer.close();
    System.gc();
    checkEqual(42f, shared.getFloat(0));
  }

  private static void launches() {
    int n = 1000;
    float[] x = new float[n], y = new float[n], result = new float[n];
    for (int i = 0; i < n; ++i) {
      x[i] = i;
      y[i] = 2 * i;
    }
    Buffer sum = DEVICE.createBuffer(new long[] {n}, DType.Float32);
    library.getKernel("vadd").launch(8, 128, DEVICE.createBuffer(x), DEVICE.createBuffer(y), sum, n);
    sum.copyTo(result);
    for (int i = 0; i < n; ++i) checkEqual(3f * i, result[i]);

    Buffer index = DEVICE.createBuffer(new long[] {4, 3, 2}, DType.Int32);
    library.getKernel("fill_index").launch(new Dim3(1, 3, 2), new Dim3(2, 1, 2), index);
    int[] ints = new int[24];
    index.copyTo(ints);
    checkEqual(IntStream.range(0, 24).toArray(), ints);

    Buffer values = DEVICE.createBuffer(new int[] {1, 2, 3, 4});
    Buffer reversed = DEVICE.createBuffer(new long[] {4}, DType.Int32);
    LaunchOptions options = new LaunchOptions().withStream(DEVICE.createStream()).withSharedBytes(16).withBlocking(true);
    library.getKernel("reverse").launch(options, new Dim3(1), new Dim3(4), values, reversed);
    int[] back = new int[4];
    reversed.copyTo(back);
    checkEqual(new int[] {4, 3, 2, 1}, back);
  }

  private static void scalars() {
    Kernel scalars = library.getKernel("scalars");
    Buffer result = DEVICE.createBuffer(new long[] {4}, DType.Float64);
    double[] values = new double[4];
    scalars.launch(1, 1, result, (byte) -5, 1L << 40, 0.25, true);
    result.copyTo(values);
    checkEqual(new double[] {-5, 1L << 40, 0.25, 1}, values);
    scalars.launch(1, 1, result, (short) 7, 8, 0.5f, false);
    result.copyTo(values);
    checkEqual(new double[] {7, 8, 0.5, 0}, values);
    checkThrows(InvalidArgumentException.class, "int8", () -> scalars.launch(1, 1, result, 300, 1L, 0.0, true));
    checkThrows(InvalidArgumentException.class, "uint64", () -> scalars.launch(1, 1, result, 1, -1, 0.0, true));
    checkThrows(InvalidArgumentException.class, "String", () -> scalars.launch(1, 1, result, "1", 1, 0.0, true));
    checkThrows(InvalidArgumentException.class, "createBuffer", () -> scalars.launch(1, 1, new double[4], 1, 1, 0.0, true));
    checkThrows(InvalidArgumentException.class, "null", () -> scalars.launch(1, 1, null, 1, 1, 0.0, true));
  }

  private static void schedules() {
    int n = 64;
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    Buffer x = DEVICE.createBuffer(ones);
    Buffer y = DEVICE.createBuffer(new float[n]);
    Buffer copy = DEVICE.createBuffer(new float[n]);
    Event event = DEVICE.createEvent();
    Kernel saxpy = library.getKernel("saxpy");

    Schedule schedule = DEVICE.createSchedule();
    schedule.createFillCommand(y, 1);
    Command command = schedule.createCommand(saxpy, new Object[] {x, y, 2f, n}, 1, n);
    Command late = schedule.createCommand(saxpy);
    schedule.createCopyCommand(copy, y);
    schedule.createSignalCommand(event, 1);
    checkThrows(InvalidArgumentException.class, "argument 0", () -> late.finalize(1, n));
    late.setArgs(x, y, 10.0, n);
    late.finalize(1, n);
    schedule.run();
    float[] result = new float[n];
    copy.copyTo(result);
    checkEqual(13f, result[n - 1]);
    checkEqual(1L, event.getValue());
    checkEqual(CommandKind.Launch, command.getKind());
    checkEqual(saxpy, command.getKernel());
    checkEqual(schedule, command.getSchedule());
    checkEqual(5, schedule.getCommands().size());

    Schedule replayed = DEVICE.createSchedule();
    Command changed = replayed.createCommand(saxpy, new Object[] {x, y, 1, n}, new Dim3(1), new Dim3(n), 0);
    Stream stream = DEVICE.createStream();
    for (int i = 0; i < 10; ++i) {
      changed.setArg(2, (float) i);
      replayed.run(stream, false);
      stream.synchronize();
    }
    y.copyTo(result);
    checkEqual(13f + 45f, result[0]);
    checkThrows(InvalidArgumentException.class, "no argument 4", () -> changed.setArg(4, 1));
  }

  private static void eventsAndStreams() {
    Event event = DEVICE.createEvent(5);
    checkEqual(5L, event.getValue());
    check(!event.await(6, 0.01), "the wait should time out");
    Stream stream = DEVICE.createStream();
    stream.await(event, 6);
    stream.signal(event, 7);
    check(!stream.query(), "the stream waits");
    check(!stream.synchronize(0.01), "synchronize should time out");
    event.signal(6);
    check(event.await(7), "the stream raises the event");
    check(stream.synchronize(), "synchronize");
    checkThrows(InvalidArgumentException.class, "", () -> event.signal(3));
    checkThrows(InvalidArgumentException.class, "negative", () -> event.signal(-1));
  }

  private static void errors() {
    NexusException unknown = checkThrows(NotFoundException.class, "vadd", () -> library.getKernel("vad"));
    checkEqual("NotFound", unknown.getStatus());
    checkEqual(0L, unknown.getNativeCode());
    checkThrows(NotFoundException.class, "Architecture", () -> DEVICE.getPropertyStr("Architectur"));
    checkThrows(NotFoundException.class, "Vendor", () -> DEVICE.getProperty("Vendr"));
    checkThrows(InvalidArgumentException.class, "Name", () -> DEVICE.getPropertyInt("Name"));
    checkThrows(NotFoundException.class, "nowhere", () -> Nexus.getDevice("nowhere:0"));
    checkThrows(NotFoundException.class, "", () -> Nexus.getRuntimes().get(99));
    String missing = "/no/such/\u00fc\ud83d\ude00.so";
    checkThrows(UnavailableException.class, missing, () -> DEVICE.loadLibrary(missing));
    checkThrows(InvalidArgumentException.class, "vadd", () -> library.getKernel("vadd").launch(1, 1));
    checkThrows(InvalidArgumentException.class, "grid", () -> library.getKernel("noop").launch(0, 1));
    checkThrows(NullPointerException.class, "", () -> library.getKernel(null));
    checkThrows(NullPointerException.class, "", () -> DEVICE.createSchedule().createCommand(null));

    Stream stream = DEVICE.createStream();
    library.getKernel("throws").launch(new LaunchOptions().withStream(stream), new Dim3(1), new Dim3(1), 17);
    NexusException failed = checkThrows(LaunchFailedException.class, "on purpose, code 17", stream::synchronize);
    checkEqual("LaunchFailed", failed.getStatus());
    check(stream.synchronize(), "the stream is usable again");
  }

  private static void closing() {
    Buffer kept;
    try (Buffer buffer = DEVICE.createBuffer(new float[4])) {
      kept = buffer;
      checkEqual(16L, kept.getByteSize());
    }
    checkThrows(InvalidArgumentException.class, "", kept::getByteSize);
    checkThrows(InvalidArgumentException.class, "", () -> library.getKernel("fill_index").launch(1, 4, kept));
    kept.close();
  }

  /** Drops objects of every kind in random order, while work that uses them is in flight. */
  private static void garbageCollection(String path) throws Exception {
    Random random = new Random(1);
    List<Object> objects = new ArrayList<>();
    for (int i = 0; i < 10_000; ++i) {
      if (i % 100 == 0) {
        Library other = DEVICE.loadLibrary(path);
        Stream stream = DEVICE.createStream();
        Event event = DEVICE.createEvent();
        Schedule schedule = DEVICE.createSchedule();
        Buffer result = DEVICE.createBuffer(new long[] {64}, DType.Int32);
        Command command = schedule.createCommand(other.getKernel("fill_index"), new Object[] {result}, 1, 64);
        stream.await(event, 1);
        schedule.run(stream, false);
        other.getKernel("spin").launch(new LaunchOptions().withStream(stream), new Dim3(1), new Dim3(1), 100);
        event.signal(1);
        objects.addAll(List.of(other, stream, event, schedule, result, command, DEVICE.getRuntime(), Nexus.getRuntimes()));
      }
      objects.add(DEVICE.createBuffer(new long[] {1024}, DType.Float32));
      while (objects.size() > 50) objects.remove(random.nextInt(objects.size()));
      if (i % 500 == 0) System.gc();
    }
    objects.clear();
    System.gc();
    checkMemoryComesBack(1 << 12, 10_000, 500);
  }

  /** Without a call to System.gc: the module asks for it. */
  private static void memoryPressure() throws Exception {
    checkMemoryComesBack(1 << 24, 200, Integer.MAX_VALUE);
  }

  private static void checkMemoryComesBack(int bytes, int buffers, int collectEvery) throws Exception {
    long before = residentBytes();
    for (int i = 1; i <= buffers; ++i) {
      DEVICE.createBuffer(new long[] {bytes}, DType.UInt8).fill(1);
      if (i % collectEvery == 0) System.gc();
    }
    Thread.sleep(200);
    long grown = residentBytes() - before;
    long limit = Math.max(256L << 20, 2 * Runtime.getRuntime().maxMemory());
    check(grown < Math.min(limit, (long) bytes * buffers * 4 / 5), "the process has grown by " + (grown >> 20) + " MiB");
  }

  private static long residentBytes() throws Exception {
    String[] fields = Files.readString(Path.of("/proc/self/statm")).trim().split(" ");
    return Long.parseLong(fields[1]) * 4096;
  }
}
