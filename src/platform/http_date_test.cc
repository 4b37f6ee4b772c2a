// SPDX-License-Identifier: Apache-2.0
#include "platform/http_date.h"

#include <string>

#include <gtest/gtest.h>

namespace tandem::platform {
namespace {

TEST(HttpDate, ReadsTheThreeFormsOfTheStandard) {
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(parseHttpDate(text), 784'111'777) << text;
  }
}

TEST(HttpDate, WritesTheOneFormThatIsToBeWritten) {
  EXPECT_EQ(formatHttpDate(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parseHttpDate(formatHttpDate(1'900'000'000)), 1'900'000'000);
}

TEST(HttpDate, WhatIsNoDateIsNone) {
  EXPECT_EQ(parseHttpDate(""), std::nullopt);
  EXPECT_EQ(parseHttpDate("tomorrow"), std::nullopt);
  EXPECT_EQ(parseHttpDate("Sun, 99 Nov 1994 08:49:37 GMT"), std::nullopt);
  EXPECT_EQ(parseHttpDate(std::string(100'000, '1')), std::nullopt);
}

}  // namespace
}  // namespace tandem::platform
