# frozen_string_literal: true

module Nexus
  # Ruby's Arrays to and from the bytes of buffers.
  module Elements
    FORMATS = {
      'bool' => 'C*', 'int8' => 'c*', 'int16' => 's*', 'int32' => 'l*', 'int64' => 'q*', 'uint8' => 'C*', 'uint16' => 'S*',
      'uint32' => 'L*', 'uint64' => 'Q*', 'float32' => 'f*', 'float64' => 'd*'
    }.freeze

    module_function

    def shape?(source) = source.is_a?(Array) && source.all?(Integer)

    def shape_of(source, dtype)
      return [source.bytesize / Nexus.dtype_info(dtype).size] if source.is_a?(String)

      shape = []
      level = source
      while level.is_a?(Array)
        shape << level.size
        level = level.first
      end
      shape
    end

    def pack(values, dtype)
      raise TypeError, "expected an Array or a String, got #{values.class}" unless values.is_a?(Array)

      check_regular(values, shape_of(values, dtype))
      name = Nexus.dtype_info(dtype).name
      flat = values.flatten
      flat = flat.map { to_number(_1) } if name == 'bool'
      flat.each { check_integer(_1, name) } if name.match?(/int/)
      flat.pack(format_of(name))
    end

    def unpack(bytes, dtype)
      values = bytes.unpack(format_of(dtype))
      dtype == 'bool' ? values.map { _1 != 0 } : values
    end

    def nest(values, shape) = shape.drop(1).reverse.inject(values) { |level, size| level.each_slice(size).to_a }

    def format_of(dtype)
      FORMATS.fetch(dtype) { raise UnsupportedError, "Ruby has no numbers of type #{dtype}; use packed Strings and read_bytes" }
    end

    # Array#pack takes the low bits of integers that do not fit, and cuts fractions off.
    def check_integer(value, dtype)
      bits = dtype[/\d+/].to_i
      range = dtype.start_with?('u') ? 0...(1 << bits) : -(1 << (bits - 1))...(1 << (bits - 1))
      return if value.is_a?(Integer) && range.cover?(value)

      raise InvalidArgumentError, "the value #{value.inspect} does not fit #{dtype}"
    end

    def to_number(value)
      { true => 1, false => 0, 1 => 1, 0 => 0 }.fetch(value) do
        raise InvalidArgumentError, "the value #{value.inspect} does not fit bool"
      end
    end

    def check_regular(values, shape)
      size, *rest = shape
      regular = values.size == size && values.all? { |v| rest.empty? ? !v.is_a?(Array) : v.is_a?(Array) && check_regular(v, rest) }
      regular or raise InvalidArgumentError, 'the nested Arrays differ in length; all of one level must have the same'
    end
  end
end
