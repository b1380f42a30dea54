#pragma once

/// Nexus Device API: discover the compute devices of a machine, know their characteristics, run kernels on them.

#include <nexus/array_view.h>
#include <nexus/buffer.h>
#include <nexus/compatibility.h>
#include <nexus/compile_flags.h>
#include <nexus/database.h>
#include <nexus/device.h>
#include <nexus/device_model.h>
#include <nexus/dtype.h>
#include <nexus/error.h>
#include <nexus/event.h>
#include <nexus/info.h>
#include <nexus/library.h>
#include <nexus/occupancy.h>
#include <nexus/property.h>
#include <nexus/roofline.h>
#include <nexus/runtime.h>
#include <nexus/schedule.h>
#include <nexus/shape.h>
#include <nexus/stream.h>
#include <nexus/system.h>
#include <nexus/trace.h>
#include <nexus/validation.h>
#include <nexus/version.h>
