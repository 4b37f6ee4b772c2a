// SPDX-License-Identifier: Apache-2.0
#include "channel/channel_files.h"

#include "platform/files.h"

namespace tandem::channel {

ChannelFiles::ChannelFiles(const home::Home& home)
    : folder(home.stateFolder() + "/channel"),
      invitation(folder + "/invitation.json"),
      partner(home.resolve("partner.json")),
      socket(home.stateFolder() + "/control.sock") {}

Result<platform::FileLock> lockChannel(const ChannelFiles& files, platform::Sleeper& sleeper) {
  constexpr int kTriesMax = 100;
  constexpr std::chrono::milliseconds kPause{20};
  TRY(platform::makeFolder(files.folder, 0700));
  for (int tries = 1;; ++tries) {
    Result<platform::FileLock> lock = platform::FileLock::acquire(files.folder + "/lock");
    const bool is_held = !lock.ok() && lock.error().code() == ErrorCode::kConflict;
    if (!is_held || tries == kTriesMax) return lock;
    sleeper.sleepFor(kPause);
  }
}

}  // namespace tandem::channel
