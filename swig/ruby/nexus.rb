# frozen_string_literal: true

require_relative 'nexus.so'

# Discover the compute devices of a machine, know their characteristics, run kernels on them.
module Nexus
  # Base of every exception that Nexus raises. The message says what failed, on which object, what was expected and found, and what
  # to do.
  class Error
    # Name of the status, such as "InvalidArgument".
    def status = self.class.name.delete_prefix('Nexus::').delete_suffix('Error')

    # The driver's own error number, 0 if there is none.
    def native_code = @native_code || 0
  end

  # Handles are equal if they refer to the same object.
  module Handle
    def ==(other) = other.instance_of?(self.class) && other.identity == identity
    alias eql? ==

    def hash = identity.hash
  end
  [System, Runtimes, Runtime, Devices, Device, Buffer, Library, Kernel, Stream, Event, Schedule, Command, Info].each do |type|
    type.include(Handle)
  end

  # What Runtimes and Devices are to Ruby.
  module Sequence
    include Enumerable

    def each
      return to_enum(:each) { size } unless block_given?

      size.times { yield get(_1) }
      self
    end

    def [](key) = get(key)
    def length = size
  end
  [Runtimes, Devices].each { _1.include(Sequence) }

  # Adds a Hash of everything that the object knows of itself.
  module Properties
    def properties = property_names.to_h { [_1, get_property(_1)] }
  end
  [Runtime, Device].each { _1.include(Properties) }

  class KernelArgument
    alias buffer? is_buffer
  end

  class PropertyInfo
    alias live? is_live
  end

  class Device
    # New memory. What it is made from decides:
    # - an Array of Integers is a shape; contents are undefined: create_buffer([1024, 1024], 'fp16')
    # - any other Array holds values and may be nested: create_buffer([1.0, 2.0], 'fp32')
    # - a String holds the packed bytes of all elements: create_buffer([1, 2].pack('l*'), 'int32')
    # With `shape:`, an Array always holds values: create_buffer([1, 2, 3], 'int32', shape: [3])
    def create_buffer(source, dtype = 'float32', shape: nil)
      return create_empty_buffer(source, dtype) if shape.nil? && Elements.shape?(source)

      bytes = source.is_a?(String) ? source : Elements.pack(source, dtype)
      create_buffer_from_bytes(bytes, shape || Elements.shape_of(source, dtype), dtype)
    end
  end

  class Buffer
    # Copies values (an Array, which may be nested) or packed bytes (a String) into the whole buffer.
    def copy_from(source) = write_bytes(source.is_a?(String) ? source : Elements.pack(source, dtype))

    # The elements, nested by shape.
    def to_a = Elements.nest(Elements.unpack(read_bytes, dtype), shape)

    # Sets every element to a number, which must fit the element type.
    def fill(value) = value.is_a?(Integer) ? fill_int(value) : fill_float(value)
  end

  class Kernel
    # Launches on a stream and returns, usually before the kernel has run. `grid` and `block` are Integers or Arrays of up to three.
    def launch(grid, block, *args, stream: nil, shared_bytes: 0, blocking: false)
      launch_with(grid, block, args, stream, shared_bytes, blocking)
    end

    # Whether the library tells which arguments the kernel takes.
    alias arguments? has_arguments
  end

  class Command
    def set_args(*args) = set_arg_list(args)
  end

  class Schedule
    # Adds a launch. Without arguments, they are given by set_args and finalize.
    def create_command(kernel, args = nil, grid = nil, block = nil, shared_bytes: 0)
      return create_launch_command(kernel) if args.nil? && grid.nil? && block.nil?

      create_complete_command(kernel, args || [], grid, block, shared_bytes)
    end

    # Whether later runs measure their commands.
    alias timed? is_timed
    def timed=(is_timed)
      set_timed(is_timed)
    end

    # Runs all commands in order on a stream, or on the device's default stream.
    def run(stream = nil, blocking: true) = run_on(stream, blocking)
  end
end

require_relative 'nexus/elements'
