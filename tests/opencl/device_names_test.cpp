// How drivers' words become the names of the database.
#include "plugins/opencl/device_facts.h"

#include <gtest/gtest.h>

namespace nexus::opencl {
namespace {

// major << 22 | minor << 14 | revision
TEST(OpenClDeviceNames, IntelArchitecturesFollowTheIpVersion) {
  EXPECT_EQ(intelArchitecture(0x03000000), "tgl");
  EXPECT_EQ(intelArchitecture(0x030dc008), "dg2-g10");
  EXPECT_EQ(intelArchitecture(0x030f0007), "pvc");
  EXPECT_EQ(intelArchitecture(0x05004000), "bmg-g21");
  EXPECT_EQ(intelArchitecture(0x05010004), "lnl-m");
  EXPECT_EQ(intelArchitecture(0x7fffffff), "");
  EXPECT_EQ(intelArchitecture(0), "");
}

TEST(OpenClDeviceNames, AmdArchitecturesLoseTheirFeatures) {
  EXPECT_EQ(amdArchitecture("gfx942:sramecc+:xnack-"), "gfx942");
  EXPECT_EQ(amdArchitecture("gfx1100"), "gfx1100");
  EXPECT_EQ(amdArchitecture("Ellesmere"), "");
}

TEST(OpenClDeviceNames, VendorsAreThoseOfTheDatabase) {
  EXPECT_EQ(vendorName(0x10de, "NVIDIA Corporation"), "nvidia");
  EXPECT_EQ(vendorName(0x1002, "Advanced Micro Devices, Inc."), "amd");
  EXPECT_EQ(vendorName(0, "Advanced Micro Devices, Inc."), "amd");
  EXPECT_EQ(vendorName(0x8086, "Intel(R) Corporation"), "intel");
  EXPECT_EQ(vendorName(0x1234, "QUALCOMM"), "qualcomm");
  EXPECT_EQ(vendorName(0x13b5, "ARM"), "arm");
  EXPECT_EQ(vendorName(0x1234, "Example"), "");
}

TEST(OpenClDeviceNames, PlacesAndIdentifiersHaveTheirUsualForm) {
  EXPECT_EQ(pciAddress(0, 0x3b, 0, 0), "0000:3b:00.0");
  EXPECT_EQ(pciAddress(0x10000, 0xff, 0x1f, 7), "10000:ff:1f.7");
  const unsigned char bytes[16] = {0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
  EXPECT_EQ(uuidText(bytes), "00112233-4455-6677-8899-aabbccddeeff");
}

}  // namespace
}  // namespace nexus::opencl
