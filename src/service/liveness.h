// SPDX-License-Identifier: Apache-2.0
//
// What the service manager hears of the service: that it is ready, what it does, that it lives,
// that it stops. The watchdog is fed when every thread that must not hang has come by since it was
// fed last: one that hangs ends the feeding, whatever the others do.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "platform/clock.h"
#include "platform/notify_socket.h"

namespace tandem::service {

// Any thread may call any of it.
class Liveness {
 public:
  enum class Thread : std::uint8_t {
    kScheduler,
    kTicker
  };

  // The clock must outlive it.
  Liveness(platform::NotifySocket socket, const platform::MonotonicClock& clock);

  // From now on this thread must come by, or must not.
  void watch(Thread thread);
  void unwatch(Thread thread);
  // The thread has come by. Cheap: it may be called for each object of a run.
  void isAlive(Thread thread);
  void ready();
  void says(std::string_view status);  // shown by systemctl; the same again is not sent again
  void stopping();

 private:
  void send(std::string_view lines);  // with mutex_
  void feed();                        // with mutex_

  platform::NotifySocket socket_;
  const platform::MonotonicClock* clock_;
  std::mutex mutex_;
  std::uint8_t watched_ = 0;  // bits of Thread
  std::uint8_t came_by_ = 0;  // since fed_
  platform::MonotonicTime fed_;
  std::string status_;
  bool is_stopping_ = false;
  bool has_failed_ = false;  // said once
};

}  // namespace tandem::service
