// SPDX-License-Identifier: Apache-2.0
#include "web/web_server.h"

#include <fmt/format.h>

#include "base/log.h"
#include "channel/listener.h"
#include "home/home.h"
#include "platform/certificate.h"
#include "platform/http_server.h"
#include "platform/machine.h"
#include "web/open_oidc.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using platform::HttpServer;
using platform::HttpServerOptions;

// Beyond these a request is refused before anything of it is looked at.
constexpr std::size_t kHeaderLimit = 16 * 1024;
constexpr std::size_t kBodyLimit = 8 * 1024 * 1024;  // a policy of some thousand rules
constexpr std::size_t kThreads = 16;
constexpr std::size_t kConnections = 1024;

HttpServerOptions limits() {
  HttpServerOptions options;
  options.header_limit = kHeaderLimit;
  options.body_limit = kBodyLimit;
  options.threads = kThreads;
  options.connections_max = kConnections;
  options.idle_timeout = std::chrono::seconds(30);  // a slow request holds no thread, but a place
  return options;
}

Result<platform::TlsFiles> tlsFiles(const home::ConsoleSettings& settings,
                                    const std::string& folder,
                                    const std::string& address,
                                    const platform::Clock& clock) {
  if (!settings.certificate_file.empty()) {
    return platform::TlsFiles{settings.certificate_file, settings.key_file};
  }
  std::vector<std::string> names = {platform::hostName()};
  if (address != "0.0.0.0" && address != "::") names.push_back(address);
  const platform::CertificateFiles made =
      TRY(platform::ensureCertificate(folder + "/console-tls", names, clock.wallNow()));
  return platform::TlsFiles{made.certificate_chain, made.private_key};
}

// What people type: a wildcard is no address.
std::string urlOf(const std::string& address, std::uint16_t port) {
  const bool is_any = address == "0.0.0.0" || address == "::";
  const std::string host = is_any ? platform::hostName() : address;
  return fmt::format(
      "https://{}:{}", host.find(':') == std::string::npos ? host : "[" + host + "]", port);
}

class OpenDoor final : public cli::Doors {
 public:
  OpenDoor(SiteParts parts, const platform::Clock& clock)
      : site_(std::move(parts), clock), folder_(site_.folder()) {}

  Result<void> openSocket() {
    HttpServerOptions options = limits();
    options.unix_socket = socket();
    local_ = TRY(HttpServer::start(std::move(options), handler()));
    return {};
  }
  Result<void> openTls(const std::string& listen,
                       const home::ConsoleSettings& settings,
                       const platform::Clock& clock) {
    const channel::ListenAddress address = TRY(channel::parseListenAddress(listen));
    HttpServerOptions options = limits();
    options.address = address.address;
    options.port = address.port;
    options.tls = TRY(tlsFiles(settings, folder_, address.address, clock));
    remote_ = TRY(HttpServer::start(std::move(options), handler()));
    url_ = settings.url.empty() ? urlOf(address.address, remote_->port()) : settings.url;
    site_.setUrl(url_);
    return {};
  }

  std::string url() const override { return url_; }
  std::string socket() const override { return cli::apiSocket(folder_); }
  void follow(const std::string& title, const std::function<bool(const Tell&)>& work) override {
    OperationPlan plan;
    plan.act = "cycle";
    plan.title = title;
    plan.started_by = "scheduler";
    plan.work = [&work](OperationLog& log) {
      CommandOutcome outcome;
      const bool done =
          work([&log](std::string_view what, std::int64_t so_far, std::int64_t total) {
            log.progress(what, so_far, total);
          });
      outcome.code = done ? cli::ExitCode::kDone : cli::ExitCode::kFailed;
      if (!done) outcome.error = "see the runs";
      return outcome;
    };
    site_.operations().runHere(std::move(plan));
  }

 private:
  platform::HttpHandler handler() {
    return [this](const platform::ServerRequest& request) { return site_.answer(request); };
  }

  Site site_;
  std::string folder_, url_;
  std::unique_ptr<HttpServer> local_, remote_;  // the last: they use the rest
};

}  // namespace

Result<std::unique_ptr<cli::Doors>> openDoors(const cli::DoorPlan& plan,
                                              std::span<const ConsoleFile> console) {
  home::ConsoleSettings settings;
  SiteParts parts;
  parts.session = *plan.session;
  parts.session.home_folder = plan.folder;
  parts.folder = plan.folder;
  parts.console = console;
  const Result<home::Home> home = home::Home::open(plan.folder, plan.session->environment);
  if (home.ok()) {
    settings = home.value().settings().console;
    parts.oidc_name = settings.oidc.issuer;
    parts.oidc = TRY(openOidc(home.value(), *plan.clock));
  }
  parts.open_metrics = settings.open_metrics;
  auto doors = std::make_unique<OpenDoor>(std::move(parts), *plan.clock);
  const std::string listen = plan.listen.empty() ? settings.listen : plan.listen;
  if (listen != "off") TRY(doors->openTls(listen, settings, *plan.clock));
  TRY(doors->openSocket());  // last: who asks there is told the other's address
  return std::unique_ptr<cli::Doors>(std::move(doors));
}

}  // namespace tandem::web
