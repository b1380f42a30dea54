# frozen_string_literal: true

# Tests of the Ruby module: NEXUS_TEST_LIBRARY is the kernel library made from tests/kernels/basic.cpp.
require 'minitest/autorun'
require 'nexus'

class NexusTest < Minitest::Test
  LIBRARY_PATH = ENV.fetch('NEXUS_TEST_LIBRARY')
  DEVICE = Nexus.get_device('cpu:0')
  LIBRARY = DEVICE.load_library(LIBRARY_PATH)

  def kernel(name) = LIBRARY.get_kernel(name)

  def assert_error(status, message, native_code: 0, &block)
    error = assert_raises(Nexus.const_get("#{status}Error"), &block)
    assert_kind_of Nexus::Error, error
    assert_equal status, error.status
    assert_equal native_code, error.native_code
    assert_match message, error.message
  end

  def resident_bytes = File.read('/proc/self/statm').split[1].to_i * 4096

  def test_objects
    runtimes = Nexus.get_runtimes
    assert_kind_of Enumerable, runtimes
    assert_includes runtimes.map(&:name), 'cpu'
    cpu = runtimes.get('cpu')
    assert_equal cpu, runtimes.find { _1.name == 'cpu' }
    assert_equal cpu.devices.length, cpu.devices.each.size
    assert_equal DEVICE, cpu.devices[0]
    assert_equal DEVICE, cpu.get_device(0)
    assert_equal DEVICE.hash, cpu.devices.first.hash
    assert_equal 'cpu:0', DEVICE.id
    assert_equal cpu, DEVICE.runtime
    record = Nexus::System.get.plugin_records.find { _1.name == 'cpu' }
    assert_equal 'available', record.state
  end

  def test_properties
    assert_equal 'cpu', Nexus.get_runtime('cpu').get_property_str('Name')
    refute_empty DEVICE.get_property_str('Architecture')
    assert_operator DEVICE.get_property_int('ThreadCount'), :>=, 1
    assert_operator DEVICE.get_property_flt('TimerPeriod'), :>, 0
    refute_empty DEVICE.get_property_str_vec('Features')
    assert_equal 3, DEVICE.get_property_int_vec('MaxBlockDims').size
    assert_equal DEVICE.get_property_int('ThreadCount'), DEVICE.get_property(:ThreadCount)
    assert_equal DEVICE.get_property_str('Vendor'), DEVICE.properties['Vendor']
    assert_equal 'MHz', Nexus.find_property('MaxClockRate').unit
  end

  def test_library
    assert_equal LIBRARY_PATH, LIBRARY.path
    assert_includes LIBRARY.kernels.map(&:name), 'saxpy'
    saxpy = kernel('saxpy')
    assert_equal LIBRARY, saxpy.library
    assert_equal %w[float32 float32 float32 uint64], saxpy.arguments.map(&:dtype)
    assert_equal [true, true, false, false], saxpy.arguments.map(&:buffer?)
    assert_equal %w[read read_write], saxpy.arguments.first(2).map(&:access)
    DEVICE.create_library(File.binread(LIBRARY_PATH)).get_kernel('noop').launch(1, 1)
  end

  def test_buffer_of_a_shape
    buffer = DEVICE.create_buffer([2, 3], 'fp64')
    assert_equal [2, 3], buffer.shape
    assert_equal [24, 8], buffer.strides
    assert_equal 'float64', buffer.dtype
    assert_equal 48, buffer.nbytes
    buffer.fill(2.5)
    assert_equal [[2.5] * 3] * 2, buffer.to_a
    buffer.copy_from([[1, 2, 3], [4, 5, 6]])
    assert_equal [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], buffer.to_a
  end

  def test_buffer_of_values
    assert_equal [1.5, -2.0], DEVICE.create_buffer([1.5, -2.0], 'fp32').to_a
    assert_equal [[1, 2], [3, 4]], DEVICE.create_buffer([[1, 2], [3, 4]], :int8).to_a
    assert_equal [1, 2**63], DEVICE.create_buffer([1, 2**63], 'uint64', shape: [2]).to_a
    assert_equal [true, false], DEVICE.create_buffer([true, false], 'bool').to_a
    assert_equal [7, 8], DEVICE.create_buffer([7, 8].pack('l*'), 'int32').to_a
    assert_equal Encoding::BINARY, DEVICE.create_buffer('ab', 'uint8').read_bytes.encoding
    half = DEVICE.create_buffer([0x3c00, 0xc000].pack('S*'), 'fp16')
    assert_equal [0x3c00, 0xc000], half.read_bytes.unpack('S*')
    assert_error('Unsupported', /read_bytes/) { half.to_a }
  end

  def test_bad_buffers
    assert_error('InvalidArgument', /300 does not fit int8/) { DEVICE.create_buffer([300], 'int8', shape: [1]) }
    assert_error('InvalidArgument', /1.5 does not fit int32/) { DEVICE.create_buffer([1.5], 'int32') }
    assert_error('InvalidArgument', /differ in length/) { DEVICE.create_buffer([[1, 2], [3]], 'int32') }
    assert_error('InvalidArgument', /8 bytes.*12/) { DEVICE.create_buffer([1.0, 2.0], 'fp32', shape: [3]) }
    assert_error('InvalidArgument', /12 bytes/) { DEVICE.create_buffer([1.0, 2.0]).copy_from([1, 2, 3]) }
    assert_error('InvalidArgument', /float31/) { DEVICE.create_buffer([4], 'float31') }
    assert_error('InvalidArgument', /negative/) { DEVICE.create_buffer([-1]) }
    assert_equal 0, DEVICE.create_buffer([0]).nbytes
    assert_error('InvalidArgument', /8 dimensions/) { DEVICE.create_buffer([1] * 9) }
    assert_raises(TypeError) { DEVICE.create_buffer(nil) }
  end

  def test_launch
    x = (0...1000).map(&:to_f)
    sum = DEVICE.create_buffer([1000])
    kernel('vadd').launch(8, 128, DEVICE.create_buffer(x), DEVICE.create_buffer(x.map { _1 * 2 }), sum, 1000)
    assert_equal x.map { _1 * 3 }, sum.to_a

    index = DEVICE.create_buffer([4, 3, 2], 'int32')
    kernel('fill_index').launch([1, 3, 2], [2, 1, 2], index)
    assert_equal (0...24).to_a, index.to_a.flatten

    values = DEVICE.create_buffer([1, 2, 3, 4], 'int32', shape: [4])
    reversed = DEVICE.create_buffer([4], 'int32')
    kernel('reverse').launch(1, 4, values, reversed, stream: DEVICE.create_stream, shared_bytes: 16, blocking: true)
    assert_equal [4, 3, 2, 1], reversed.to_a
  end

  def test_scalars
    scalars = kernel('scalars')
    result = DEVICE.create_buffer([4], 'fp64')
    scalars.launch(1, 1, result, -5, 2**63, 0.25, true)
    assert_equal [-5.0, 2.0**63, 0.25, 1.0], result.to_a
    assert_error('InvalidArgument', /int8/) { scalars.launch(1, 1, result, 300, 1, 0.0, true) }
    assert_error('InvalidArgument', /uint64/) { scalars.launch(1, 1, result, 1, -1, 0.0, true) }
    assert_error('InvalidArgument', /argument 1 is of type String/) { scalars.launch(1, 1, result, '1', 1, 0.0, true) }
    assert_error('InvalidArgument', /NilClass/) { scalars.launch(1, 1, nil, 1, 1, 0.0, true) }
    assert_error('InvalidArgument', /create_buffer/) { scalars.launch(1, 1, [1.0], 1, 1, 0.0, true) }
    assert_raises(RangeError) { scalars.launch(1, 1, result, 2**64, 1, 0.0, true) }
  end

  def test_schedule
    x = DEVICE.create_buffer([1.0] * 64)
    y = DEVICE.create_buffer([64])
    copy = DEVICE.create_buffer([64])
    event = DEVICE.create_event
    saxpy = kernel('saxpy')

    schedule = DEVICE.create_schedule
    schedule.create_fill_command(y, 1)
    command = schedule.create_command(saxpy, [x, y, 2.0, 64], 1, 64)
    late = schedule.create_command(saxpy)
    schedule.create_copy_command(copy, y)
    schedule.create_signal_command(event, 1)
    assert_error('InvalidArgument', /argument 0/) { late.finalize(1, 64) }
    late.set_args(x, y, 10, 64)
    late.finalize(1, 64)
    schedule.run
    assert_equal [13.0] * 64, copy.to_a
    assert_equal 1, event.value
    assert_equal %w[fill launch launch copy signal], schedule.commands.map(&:kind)
    assert_equal saxpy, command.kernel
    assert_equal schedule, command.schedule
  end

  def test_schedule_replay
    x = DEVICE.create_buffer([1.0] * 64)
    y = DEVICE.create_buffer([0.0] * 64)
    schedule = DEVICE.create_schedule
    command = schedule.create_command(kernel('saxpy'), [x, y, 0, 64], [1], [64, 1, 1], shared_bytes: 0)
    stream = DEVICE.create_stream
    10.times do |i|
      command.set_arg(2, i)
      schedule.run(stream, blocking: false)
      assert stream.synchronize
    end
    assert_equal [45.0] * 64, y.to_a
    assert_error('InvalidArgument', /no argument 4/) { command.set_arg(4, 1) }
    assert_error('InvalidArgument', /argument 2 .*String/) { command.set_arg(2, 'x') }
  end

  def test_events_and_streams
    event = DEVICE.create_event(5)
    refute event.wait(6, 0.01)
    stream = DEVICE.create_stream
    stream.wait(event, 6)
    stream.signal(event, 7)
    refute stream.query
    refute stream.synchronize(0.01)
    event.signal(6)
    assert event.wait(7)
    assert stream.synchronize(nil)
    assert_equal 7, event.value
    assert_error('InvalidArgument', //) { event.signal(3) }
  end

  def test_errors
    assert_error('NotFound', /vadd/) { kernel('vad') }
    assert_error('NotFound', /Architecture/) { DEVICE.get_property_str('Architectur') }
    assert_error('NotFound', /Vendor/) { DEVICE.get_property('Vendr') }
    assert_error('InvalidArgument', /Name/) { DEVICE.get_property_int('Name') }
    assert_error('NotFound', /nowhere/) { Nexus.get_device('nowhere:0') }
    assert_error('NotFound', //) { Nexus.get_runtimes[99] }
    missing = '/no/such/ü.so'
    assert_error('Unavailable', /#{missing}/, native_code: Errno::ENOENT::Errno) { DEVICE.load_library(missing) }
    assert_error('InvalidArgument', /vadd/) { kernel('vadd').launch(1, 1) }
    assert_error('InvalidArgument', /grid/) { kernel('noop').launch(0, 1) }
    assert_error('InvalidArgument', /one to three/) { kernel('noop').launch([1, 1, 1, 1], 1) }
    assert_raises(TypeError) { kernel(nil) }
    assert_raises(TypeError) { Nexus::Buffer.new }
  end

  def test_failing_kernel
    stream = DEVICE.create_stream
    kernel('throws').launch(1, 1, 17, stream: stream)
    assert_error('LaunchFailed', /on purpose, code 17/) { stream.synchronize }
    assert stream.synchronize
  end

  # Drops objects of every kind in random order, while work that uses them is in flight.
  def test_garbage_collection
    random = Random.new(1)
    objects = []
    10_000.times do |i|
      objects.concat(work_in_flight) if (i % 100).zero?
      objects << DEVICE.create_buffer([1024])
      objects.delete_at(random.rand(objects.size)) while objects.size > 50
      GC.start if (i % 500).zero?
    end
    objects.clear
    assert_memory_comes_back(1 << 12, 10_000) { |i| GC.start if (i % 500).zero? }
  end

  # Without GC.start: the module asks for it.
  def test_memory_pressure
    assert_memory_comes_back(1 << 24, 200)
  end

  def work_in_flight
    library = DEVICE.load_library(LIBRARY_PATH)
    stream = DEVICE.create_stream
    event = DEVICE.create_event
    schedule = DEVICE.create_schedule
    result = DEVICE.create_buffer([64], 'int32')
    command = schedule.create_command(library.get_kernel('fill_index'), [result], 1, 64)
    stream.wait(event, 1)
    schedule.run(stream, blocking: false)
    library.get_kernel('spin').launch(1, 1, 100, stream: stream)
    event.signal(1)
    [library, stream, event, schedule, result, command, DEVICE.runtime, Nexus.get_runtimes]
  end

  def assert_memory_comes_back(bytes, buffers)
    before = resident_bytes
    buffers.times do |i|
      DEVICE.create_buffer([bytes], 'uint8').fill(1)
      yield i if block_given?
    end
    assert_operator resident_bytes - before, :<, [256 << 20, bytes * buffers * 4 / 5].min
  end
end
