// Statuses and the exceptions that belong to them.
#include "expect_error.h"

#include <gtest/gtest.h>

#include <set>

namespace {

using nexus::Status;

TEST(Errors, EveryStatusHasAClassANameAndAMeaning) {
  std::set<int> values;
#define NEXUS_STATUS(name, constant, value, python_base, meaning)                                                         \
  {                                                                                                                       \
    EXPECT_EQ(static_cast<int>(Status::name), value);                                                                     \
    EXPECT_STREQ(nexus::statusName(Status::name), #name);                                                                 \
    EXPECT_STREQ(nexus::statusMeaning(Status::name), meaning);                                                            \
    EXPECT_TRUE(throws<nexus::name##Error>([] { nexus::throwError(Status::name, "what failed", 17); }, {"what failed"})); \
    try {                                                                                                                 \
      nexus::throwError(Status::name, "what failed", -17);                                                                \
    } catch (const nexus::Error& e) {                                                                                     \
      EXPECT_EQ(e.status(), Status::name);                                                                                \
      EXPECT_EQ(e.nativeCode(), -17);                                                                                     \
      EXPECT_STREQ(e.what(), "what failed");                                                                              \
    }                                                                                                                     \
    EXPECT_EQ(nexus::name##Error("x").nativeCode(), 0);                                                                   \
    EXPECT_TRUE(values.insert(value).second);                                                                             \
  }
#include <nexus/status_table.h>
#undef NEXUS_STATUS
}

TEST(Errors, AStatusThatIsNoFailureIsAFaultOfItsOwn) {
  for (const int status : {0, 11, -1, 1000})
    EXPECT_TRUE(throws<nexus::InternalError>([&] { nexus::throwError(static_cast<Status>(status), "what"); },
                                             {"what", "status " + std::to_string(status)}));
  EXPECT_STREQ(nexus::statusName(Status::Success), "Success");
  EXPECT_STREQ(nexus::statusName(static_cast<Status>(1000)), "Unknown");
  EXPECT_STRNE(nexus::statusMeaning(static_cast<Status>(1000)), "");
}

TEST(Errors, AreStandardExceptions) {
  EXPECT_THROW(throw nexus::TimeoutError("x"), std::runtime_error);
  EXPECT_THROW(throw nexus::Interrupted(), std::exception);
}

}  // namespace
