// The one description of the API, from which SWIG makes the module of every language. What is particular to a language lies in the folder
// of its name.
%module nexus

%{
#include <nexus.h>
%}

#define NEXUS_API

%include <stdint.i>
%include <std_string.i>
%include <std_string_view.i>
%include <std_vector.i>

// The public handle classes. They cannot be made empty: objects come from the methods of others.
%define %nexus_for_each_handle(MACRO)
MACRO(System)
MACRO(Runtimes)
MACRO(Runtime)
MACRO(Devices)
MACRO(Device)
MACRO(Buffer)
MACRO(Library)
MACRO(Kernel)
MACRO(Stream)
MACRO(Event)
MACRO(Schedule)
MACRO(Command)
MACRO(Info)
MACRO(Database)
%enddef
// Plain records that the API returns; read-only.
%define %nexus_for_each_record(MACRO)
MACRO(KernelArgument)
MACRO(PluginRecord)
MACRO(PropertyInfo)
MACRO(DatabaseMatch)
MACRO(DatabaseProblem)
MACRO(Compatibility)
MACRO(Occupancy)
MACRO(Peak)
MACRO(Roofline)
%enddef

%define %nexus_handle(T)
%ignore nexus::T::T;
%enddef
%define %nexus_record(T)
%nodefaultctor nexus::T;
%immutable nexus::T;
%enddef
%nexus_for_each_handle(%nexus_handle)
%nexus_for_each_record(%nexus_record)

// Forms that only C++ can use: templates, operators, spans and initializer lists.
%ignore operator==;
%ignore operator[];
%ignore nexus::Handle;
%ignore nexus::Device::getProperty;
%ignore nexus::Device::wrap;
%ignore nexus::Device::wrapDeviceMemory;
%ignore nexus::Runtime::getProperty;
%ignore nexus::Schedule::createCopyFromHostCommand;
%ignore nexus::Schedule::createCopyToHostCommand;
%ignore nexus::Schedule::createCallCommand;
%ignore nexus::Command::setArgs(std::initializer_list<Argument>) const;
%ignore nexus::CompileOptions;
%ignore nexus::Device::createLibrary(const std::string&, const CompileOptions& = {}) const;
%ignore nexus::Kernel::launch(const Dim3&, const Dim3&, std::initializer_list<Argument>, const LaunchOptions& = {}) const;
%ignore nexus::Schedule::createCommand(const Kernel&, std::initializer_list<Argument>, const Dim3&, const Dim3&, std::int64_t = 0) const;
%ignore nexus::Database::find;
%ignore nexus::Compatibility::operator bool;
%ignore nexus::distribute;
%ignore nexus::Roofline::getPeak;
%ignore nexus::allDTypes;
%ignore nexus::allProperties;
%ignore nexus::Event::notify;
%ignore nexus::Buffer::copyFrom(const Buffer&) const;
%ignore nexus::Buffer::fill(const Argument&) const;
%ignore nexus::Schedule::createFillCommand(const Buffer&, const Argument&) const;
#if !defined(SWIGPYTHON)
// Views, whose strides these languages do not pass on.
%ignore nexus::Buffer::slice;
%ignore nexus::Buffer::select;
%ignore nexus::Buffer::reshape;
%ignore nexus::Buffer::view;
#endif
#pragma SWIG nowarn=302,312,327,362,389,401,451,476

#if defined(SWIGPYTHON) || defined(SWIGRUBY)
%rename("%(undercase)s", %$isfunction) "";
#endif

#if defined(SWIGPYTHON)
%include "python/nexus_python.swg"
#elif defined(SWIGJAVA)
%include "java/nexus_java.swg"
#elif defined(SWIGRUBY)
%include "ruby/nexus_ruby.swg"
#endif

%include <nexus/shape.h>
%include <nexus/dtype.h>
%include <nexus/array_view.h>
%include <nexus/buffer.h>
%include <nexus/event.h>
%include <nexus/stream.h>
%include <nexus/library.h>
%include <nexus/schedule.h>
%include <nexus/property.h>
%include <nexus/info.h>
%include <nexus/database.h>
%include <nexus/device.h>
%include <nexus/runtime.h>
%include <nexus/system.h>
%include <nexus/compatibility.h>
%include <nexus/device_model.h>
%include <nexus/occupancy.h>
%include <nexus/roofline.h>
%include <nexus/compile_flags.h>
%include <nexus/trace.h>

#if !defined(SWIGPYTHON)
// Source text with its language and the compiler's options.
%extend nexus::Device {
  nexus::Library createLibrary(const std::string& source, const std::string& language, const std::string& options) const {
    nexus::CompileOptions all;
    all.language = language;
    all.options = options;
    return $self->createLibrary(source, all);
  }
}

// The templates getProperty<T> by name.
%define %nexus_properties(T)
%extend nexus::T {
  std::string getPropertyStr(const std::string& name) const { return $self->getProperty<std::string>(name); }
  std::int64_t getPropertyInt(const std::string& name) const { return $self->getProperty<std::int64_t>(name); }
  double getPropertyFlt(const std::string& name) const { return $self->getProperty<double>(name); }
  std::vector<std::string> getPropertyStrVec(const std::string& name) const { return $self->getProperty<std::vector<std::string>>(name); }
  std::vector<std::int64_t> getPropertyIntVec(const std::string& name) const { return $self->getProperty<std::vector<std::int64_t>>(name); }
  std::vector<double> getPropertyFltVec(const std::string& name) const { return $self->getProperty<std::vector<double>>(name); }
}
%enddef
%nexus_properties(Runtime)
%nexus_properties(Device)

// For equality and hash tables: handles are equal if they refer to the same object.
%define %nexus_identity(T)
%extend nexus::T {
  std::int64_t identity() const { return static_cast<std::int64_t>($self->Handle::identity()); }
}
%enddef
%nexus_for_each_handle(%nexus_identity)
#endif

#if defined(SWIGPYTHON)
%include "python/nexus_python_init.swg"
#endif
