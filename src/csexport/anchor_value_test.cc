// SPDX-License-Identifier: Apache-2.0
#include "csexport/anchor_value.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace tandem::csexport {
namespace {

using namespace std::string_literals;

constexpr std::string_view kCloudAnchor = "User_01234567-89ab-cdef-0123-456789abcdef";

TEST(AnchorValue, ATextHasItsSizeBeforeAndANulBehind) {
  const std::string octets = anchorValue(kCloudAnchor);
  ASSERT_EQ(octets.size(), 4U + 84U);
  EXPECT_EQ(octets.substr(0, 10), "\x54\0\0\0U\0s\0e\0"s);
  EXPECT_EQ(octets.substr(octets.size() - 4), "f\0\0\0"s);
  EXPECT_EQ(
      toBase64(octets),
      "VAAAAFUAcwBlAHIAXwAwADEAMgAzADQANQA2ADcALQA4ADkAYQBiAC0AYwBkAGUAZgAtADAAMQAyADMALQA0ADUANgA"
      "3ADgAOQBhAGIAYwBkAGUAZgAAAA==");
  EXPECT_EQ(textOfAnchorValue(octets), kCloudAnchor);
}

TEST(AnchorValue, OctetsStayAsTheyAre) {
  const std::string guid = "\x33\x22\x11\0\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"s;
  EXPECT_EQ(anchorValue(guid), guid);
  EXPECT_EQ(textOfAnchorValue(guid), std::nullopt);
  EXPECT_EQ(anchorValue(""), "");
}

TEST(AnchorValue, WhatIsNotMadeSoIsNotReadSo) {
  const std::string octets = anchorValue("User_1");
  EXPECT_EQ(textOfAnchorValue(octets.substr(0, octets.size() - 2)), std::nullopt);
  EXPECT_EQ(textOfAnchorValue("\x06\0\0\0a\0b\0c\0"s), std::nullopt);
  EXPECT_EQ(textOfAnchorValue("\x03\0\0\0a\0\0"s), std::nullopt);
  EXPECT_EQ(textOfAnchorValue(""), std::nullopt);
}

}  // namespace
}  // namespace tandem::csexport
