// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

#include "channel/channel_files.h"
#include "channel/identity.h"
#include "home/home.h"
#include "platform/clock.h"
#include "platform/http_message.h"

namespace tandem::channel {

// Homes in a folder of their own, and a clock that says what the test wants.
class HomesTest : public ::testing::Test {
 protected:
  HomesTest() {
    std::string pattern = ::testing::TempDir() + "tandem-channel-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    // Close to now: libcurl and OpenSSL look at the real clock.
    clock_.setWall(platform::SystemClock().wallNow());
  }
  ~HomesTest() override { std::filesystem::remove_all(folder_); }

  home::Home home(const std::string& name) const {
    const std::string path = folder_ + "/" + name;
    Result<home::Home> made = std::filesystem::exists(path) ? home::Home::open(path, {})
                                                            : home::Home::create(path, {}, {});
    EXPECT_TRUE(made.ok());
    return std::move(made).value();
  }
  Identity identity(const std::string& name) {
    Result<Identity> made = ensureIdentity(home(name), clock_);
    EXPECT_TRUE(made.ok());
    return std::move(made).value();
  }
  // What a server sees of a client with this identity.
  platform::PeerCertificate peer(const std::string& name) {
    const Identity its = identity(name);
    const auto since = clock_.wallNow().time_since_epoch();
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(since).count();
    return {its.certificate, its.fingerprint, now - 3600, now + 3600};
  }

  std::string folder_;
  platform::ManualClock clock_;
};

}  // namespace tandem::channel
