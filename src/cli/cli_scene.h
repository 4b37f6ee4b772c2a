// SPDX-License-Identifier: Apache-2.0
//
// Commands in a folder of their own, with strings in the place of the terminal. Included by tests
// alone.
#pragma once

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <gtest/gtest.h>

#include "cli/app.h"
#include "platform/files.h"

namespace tandem::cli {

class CliScene : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-cli-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string home() const { return home_.empty() ? folder_ + "/home" : home_; }
  void write(const std::string& path, const std::string& text) const {
    ASSERT_TRUE(platform::writeFileDurably(path, text, 0600).ok());
  }

  // Runs one command in the home folder; out_ and err_ are what it printed.
  int run(std::vector<std::string> arguments) {
    std::ostringstream out;
    std::ostringstream err;
    Session session;
    session.out = &out;
    session.err = &err;
    session.home_folder = home();
    session.now = [] { return std::int64_t{1700000000}; };
    session.steady = [] { return 0.0; };
    session.user_name = "ada";
    session.host_name = "sync01";
    session.variable = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
    session.can_ask = can_ask_;
    session.width = width_;
    session.ask = [this](std::string_view) -> Result<std::string> { return input_; };
    session.ask_secret = [this](std::string_view prompt) -> Result<platform::SecretText> {
      prompts_ += std::string(prompt) + "\n";
      return platform::SecretText(input_);
    };
    session.read_secret_from_input = [this]() -> Result<platform::SecretText> {
      return platform::SecretText(input_);
    };
    const ExitCode code = runTandem(std::move(arguments), session);
    out_ = out.str();
    err_ = err.str();
    return static_cast<int>(code);
  }
  nlohmann::json json() const { return nlohmann::json::parse(out_); }

  std::string folder_, out_, err_, input_;
  std::string home_;  // empty: "home" in the folder
  std::string prompts_;
  bool can_ask_ = false;
  std::size_t width_ = 0;  // of the terminal; 0: there is none
  std::map<std::string, std::string> variables_;
};

}  // namespace tandem::cli
