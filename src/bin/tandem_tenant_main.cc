// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <string>
#include <vector>

#include <signal.h>

#include "tenant/options.h"
#include "tenant/tenant_server.h"

namespace {

// SIGTERM and SIGINT, kept from every thread and fetched here: no handler code runs anywhere.
int waitForSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int received = 0;
  sigwait(&signals, &received);
  return received;
}

void blockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int fail(const tandem::Error& error) {
  std::cerr << "tandem-tenant: " << error.message() << "\n";
  return error.code() == tandem::ErrorCode::kInvalidArgument ? 2 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options =
      tandem::tenant::parseOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options.ok()) return fail(options.error());
  if (options.value().help) {
    std::cout << tandem::tenant::helpText();
    return 0;
  }
  if (options.value().version) {
    std::cout << "tandem-tenant " << TANDEM_VERSION << "\n";
    return 0;
  }
  blockSignals();
  const auto server = tandem::tenant::TenantServer::start(options.value());
  if (!server.ok()) return fail(server.error());
  std::cout << server.value()->announcement() << std::flush;
  waitForSignal();
  return 0;
}
