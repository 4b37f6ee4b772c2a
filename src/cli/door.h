// SPDX-License-Identifier: Apache-2.0
//
// What 'tandem serve' opens for the console and for scripts. It lies on the floor above: whoever
// makes the program puts the two together.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "platform/clock.h"

namespace tandem::cli {

struct Session;

struct DoorPlan {
  const Session* session = nullptr;  // lives as long as the doors
  std::string folder;                // the home folder, which need not be a home yet
  std::string listen;                // instead of server.toml's; "off": the socket alone
  const platform::Clock* clock = nullptr;
};

// Open from its making to its end.
class Doors {
 public:
  virtual ~Doors() = default;
  virtual std::string url() const = 0;     // "https://127.0.0.1:8443"; empty: the socket alone
  virtual std::string socket() const = 0;  // a path
  // Work that the service does by itself, so that people can follow it: title, and what is done,
  // which gets what to tell of its progress.
  using Tell = std::function<void(std::string_view what, std::int64_t done, std::int64_t total)>;
  virtual void follow(const std::string& title, const std::function<bool(const Tell&)>& work) = 0;
};

using OpenDoors = std::function<Result<std::unique_ptr<Doors>>(const DoorPlan&)>;

// "api.sock" in the home folder.
std::string apiSocket(const std::string& folder);

}  // namespace tandem::cli
