// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/http_message.h"
#include "web/call.h"
#include "web/operations.h"

namespace tandem::web {

// Starts a command as an operation; 202 with it. kept: lives as long as the work does (a file that
// the command reads). act: the command; empty: the route's.
Result<platform::ServerResponse> startWork(const Call& call,
                                           std::vector<std::string> arguments,
                                           std::shared_ptr<void> kept = nullptr,
                                           std::string act = {});

// Runs commands of which an operation tells.
class Listening {
 public:
  Listening(const cli::Session& session, OperationLog& log) : session_(session), log_(&log) {}
  CommandOutcome run(std::vector<std::string> arguments) const;

 private:
  cli::Session session_;
  OperationLog* log_;
};

// A file that a command is to read: in the home folder's state, and gone with the last who has it.
class ScratchPaper {
 public:
  static Result<std::shared_ptr<ScratchPaper>> write(const std::string& folder,
                                                     const std::string& content);
  ~ScratchPaper();
  ScratchPaper(const ScratchPaper&) = delete;
  ScratchPaper& operator=(const ScratchPaper&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit ScratchPaper(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace tandem::web
