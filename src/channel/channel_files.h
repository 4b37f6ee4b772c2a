// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "home/home.h"
#include "platform/clock.h"
#include "platform/file_lock.h"

namespace tandem::channel {

// Where the channel keeps what it knows, in a home folder:
//   state/channel/identity.pem, identity.key   who this server is
//   state/channel/invitation.json              the open code's key, never the code
//   partner.json                               whom it trusts
//   state/control.sock                         where a running 'tandem serve' answers
struct ChannelFiles {
  explicit ChannelFiles(const home::Home& home);

  std::string folder;
  std::string invitation;
  std::string partner;
  std::string socket;
};

// Held for the moment of a change: the daemon and a command line both change these files.
Result<platform::FileLock> lockChannel(const ChannelFiles& files, platform::Sleeper& sleeper);

}  // namespace tandem::channel
