// SPDX-License-Identifier: Apache-2.0
#include "platform/machine.h"

#include <gtest/gtest.h>

#include "platform/tcp_connect.h"

namespace tandem::platform {
namespace {

TEST(Machine, MeminfoIsRead) {
  const Memory memory =
      parseMeminfo("MemTotal:       16303428 kB\nMemFree:  1 kB\nMemAvailable:   12000000 kB\n");
  EXPECT_EQ(memory.total, 16303428ULL * 1024);
  EXPECT_EQ(memory.available, 12000000ULL * 1024);
  EXPECT_EQ(parseMeminfo("").total, 0U);
  EXPECT_EQ(parseMeminfo("MemTotal: much").total, 0U);
}

TEST(Machine, TheSpaceOfAFolderThatIsNotThereIsItsParents) {
  const Result<DiskSpace> space = diskSpace("/tmp/tandem-nowhere/at/all");
  ASSERT_TRUE(space.ok()) << space.error().message();
  EXPECT_GT(space.value().total, 0U);
  EXPECT_LE(space.value().available, space.value().total);
}

TEST(Machine, ThisOneHasMemoryAndAName) {
  ASSERT_TRUE(memory().ok());
  EXPECT_GT(memory().value().total, 0U);
  EXPECT_NE(hostName(), "");
}

TEST(ResolveName, AnAddressIsItsOwnAndANameThatIsNotThereIsSaid) {
  EXPECT_EQ(resolveName("127.0.0.1").value(), std::vector<std::string>{"127.0.0.1"});
  const auto unknown = resolveName("nowhere.invalid");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().message().find("nowhere.invalid cannot be resolved"),
            std::string::npos);
}

}  // namespace
}  // namespace tandem::platform
