// SPDX-License-Identifier: Apache-2.0
#include "platform/notify_socket.h"

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace tandem::platform {
namespace {

// Plays the service manager.
class Manager {
 public:
  explicit Manager(const std::string& name) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    const std::size_t size = offsetof(sockaddr_un, sun_path) + name.size();
    EXPECT_EQ(
        ::bind(
            descriptor_, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size)),
        0)
        << strerror(errno);
  }
  ~Manager() { ::close(descriptor_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  std::string receive() const {
    char buffer[4096];
    const ssize_t size = ::recv(descriptor_, buffer, sizeof buffer, MSG_DONTWAIT);
    return size < 0 ? "" : std::string(buffer, static_cast<std::size_t>(size));
  }

 private:
  int descriptor_;
};

class NotifySocketTest : public ::testing::Test {
 protected:
  NotifySocketTest() {
    char folder[] = "/tmp/notify_socket_XXXXXX";
    folder_ = ::mkdtemp(folder);
  }
  ~NotifySocketTest() override { std::filesystem::remove_all(folder_); }
  Result<NotifySocket> open() const {
    return NotifySocket::fromEnvironment(
        [this](const std::string& name) -> std::optional<std::string> {
          const auto found = variables_.find(name);
          if (found == variables_.end()) return std::nullopt;
          return found->second;
        });
  }

  std::string folder_;
  std::map<std::string, std::string> variables_;
};

TEST_F(NotifySocketTest, WithoutAServiceManagerNobodyIsTold) {
  const auto socket = open();
  ASSERT_TRUE(socket.ok());
  EXPECT_FALSE(socket.value().isConnected());
  EXPECT_FALSE(socket.value().watchdog());
  EXPECT_TRUE(socket.value().send("READY=1").ok());
}

TEST_F(NotifySocketTest, TellsASocketWithAPath) {
  const Manager manager(folder_ + "/notify");
  variables_["NOTIFY_SOCKET"] = folder_ + "/notify";
  const auto socket = open();
  ASSERT_TRUE(socket.ok()) << socket.error().message();
  ASSERT_TRUE(socket.value().send("READY=1\nSTATUS=fine").ok());
  EXPECT_EQ(manager.receive(), "READY=1\nSTATUS=fine");
}

TEST_F(NotifySocketTest, TellsAnAbstractSocket) {
  const std::string name = fmt::format("@tandem/notify_socket_test/{}", ::getpid());
  const Manager manager(name);
  variables_["NOTIFY_SOCKET"] = name;
  const auto socket = open();
  ASSERT_TRUE(socket.ok()) << socket.error().message();
  ASSERT_TRUE(socket.value().send("WATCHDOG=1").ok());
  EXPECT_EQ(manager.receive(), "WATCHDOG=1");
}

TEST_F(NotifySocketTest, OtherAddressesAreRefused) {
  for (const std::string& address : {std::string("vsock:2:1234"),
                                     std::string("x"),
                                     std::string("/"),
                                     "/" + std::string(200, 'x')}) {
    variables_["NOTIFY_SOCKET"] = address;
    const auto socket = open();
    ASSERT_FALSE(socket.ok()) << address;
    EXPECT_EQ(socket.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST_F(NotifySocketTest, ASocketThatIsNotThereIsAnErrorWithItsName) {
  variables_["NOTIFY_SOCKET"] = folder_ + "/none";
  const auto socket = open();
  ASSERT_FALSE(socket.ok());
  EXPECT_NE(socket.error().message().find(folder_ + "/none"), std::string::npos);
}

TEST_F(NotifySocketTest, AManagerThatIsGoneIsAnError) {
  variables_["NOTIFY_SOCKET"] = folder_ + "/notify";
  auto manager = std::make_unique<Manager>(folder_ + "/notify");
  const auto socket = open();
  ASSERT_TRUE(socket.ok());
  manager.reset();
  EXPECT_FALSE(socket.value().send("STATUS=fine").ok());
}

TEST_F(NotifySocketTest, TheWatchdogIsOursAlone) {
  const Manager manager(folder_ + "/notify");
  variables_["NOTIFY_SOCKET"] = folder_ + "/notify";
  EXPECT_FALSE(open().value().watchdog());
  variables_["WATCHDOG_USEC"] = "180000000";
  EXPECT_EQ(open().value().watchdog(), std::chrono::minutes(3));
  variables_["WATCHDOG_PID"] = std::to_string(::getpid());
  EXPECT_EQ(open().value().watchdog(), std::chrono::minutes(3));
  variables_["WATCHDOG_PID"] = "1";
  EXPECT_FALSE(open().value().watchdog());
  variables_.erase("WATCHDOG_PID");
  for (const char* nonsense : {"0", "-5", "soon", ""}) {
    variables_["WATCHDOG_USEC"] = nonsense;
    EXPECT_FALSE(open().value().watchdog()) << nonsense;
  }
}

TEST(StatusLine, IsOneLineOfWholeCharacters) {
  EXPECT_EQ(statusLine("a\nREADY=1\rb"), "a READY=1 b");
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "ü";
  const std::string line = statusLine("x" + text);
  EXPECT_LT(line.size(), 310U);
  EXPECT_EQ(line, "x" + text.substr(0, 298) + "…");
}

}  // namespace
}  // namespace tandem::platform
