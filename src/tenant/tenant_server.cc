// SPDX-License-Identifier: Apache-2.0
// Wires the tenant: folder, store, keys, app, server. Files of the folder, keys and secrets with
// mode 0600: tenant.db, ca.pem, server.pem, server.key, signing.key, client.secret, admin.token.
#include "tenant/tenant_server.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/text.h"
#include "platform/certificate.h"
#include "platform/files.h"
#include "platform/http_server.h"
#include "tenant/object_write.h"
#include "tenant/provision.h"
#include "tenant/service.h"
#include "tenant/sync_write.h"
#include "tenant/tenant.h"

namespace tandem::tenant {
namespace {

constexpr std::size_t kMaxKeyFile = 64 * 1024;

std::int64_t nowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The file's text without its last line end; made by `make` when there is no such file.
template <class Make>
Result<std::string> readOrMake(const std::string& path, Make make) {
  if (platform::fileExists(path)) {
    const std::string text = TRY(platform::readFile(path, kMaxKeyFile));
    return std::string(trimAscii(text));
  }
  const std::string made = make();
  TRY(platform::writeFileDurably(path, made + "\n", 0600));
  return made;
}

Result<platform::SigningKey> openSigningKey(const std::string& folder) {
  const std::string path = folder + "/signing.key";
  if (platform::fileExists(path)) {
    const std::string pem = TRY(platform::readFile(path, kMaxKeyFile));
    return TRY_DOING(platform::SigningKey::fromPem(pem), "reading " + path);
  }
  platform::SigningKey key = TRY(platform::SigningKey::generate());
  TRY(platform::writeFileDurably(path, key.toPem(), 0600));
  return key;
}

Result<void> firstSettings(const Options& options, TenantSettings& settings) {
  settings.tenant_id = options.tenant_id.empty() ? Guid::random().toString() : options.tenant_id;
  settings.created = nowMs() / 1000;
  settings.sync_features = defaultSyncFeatures();
  const std::string initial =
      options.initial_domain.empty() ? "tandem.onmicrosoft.com" : options.initial_domain;
  settings.domains.push_back({initial, true, true, false});
  return {};
}

Result<void> checkFixed(const Options& options, const TenantSettings& settings) {
  if (!options.tenant_id.empty() && options.tenant_id != settings.tenant_id) {
    return Error(ErrorCode::kInvalidArgument,
                 "this folder holds the tenant " + settings.tenant_id +
                     "; leave --tenant-id out or use another folder");
  }
  if (!options.initial_domain.empty() && options.initial_domain != settings.initialDomain()) {
    return Error(ErrorCode::kInvalidArgument,
                 "the initial domain of this tenant is " + settings.initialDomain() +
                     " and cannot change; use another folder");
  }
  return {};
}

Result<void> applyDomains(const Options& options, TenantSettings& settings) {
  bool first = true;
  for (const auto& name : options.domains) {
    TRY(putDomain(settings, Domain{name, false, first, false}));
    first = false;
  }
  if (!options.display_name.empty()) settings.display_name = options.display_name;
  return {};
}

}  // namespace

struct TenantServer::Parts {
  std::string folder;
  bool folder_is_ours = false;  // made for this run, and removed after it
  std::string secret_file;
  std::string client_id;
  std::unique_ptr<Tenant> tenant;
  std::unique_ptr<Service> service;
  std::unique_ptr<platform::HttpServer> http;
  platform::CertificateFiles certificate;
  std::string address;

  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::thread quarantine;

  Result<void> openFolder(const Options& options);
  Result<void> openTenant(const Options& options);
  Result<void> applyApp(const Options& options, bool is_new);
  Result<void> serve(const Options& options);
  void retryLoop(std::int64_t seconds);
};

Result<void> TenantServer::Parts::openFolder(const Options& options) {
  if (!options.data.empty()) {
    folder = options.data;
    return platform::makeFolder(folder, 0700);
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "tandem-tenant-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return Error(ErrorCode::kUnavailable, "cannot make a folder like " + pattern);
  }
  folder = pattern;
  folder_is_ours = true;
  return {};
}

Result<void> TenantServer::Parts::applyApp(const Options& options, bool is_new) {
  AppRequest app;
  app.client_id = options.client_id;
  if (app.client_id.empty() && !tenant->settings.apps.empty()) {
    app.client_id = tenant->settings.apps.front().client_id;
  }
  const bool known = tenant->settings.findApp(app.client_id) != nullptr;
  app.profile = options.profile.empty() && !known ? "sync" : options.profile;
  secret_file = options.client_secret_file;
  if (!secret_file.empty()) {
    const std::string text = TRY(platform::readFile(secret_file, kMaxKeyFile));
    app.secret = std::string(trimAscii(text));
    if (app.secret.empty()) {
      return Error(ErrorCode::kInvalidArgument, "the file " + secret_file + " holds no secret");
    }
  } else {
    secret_file = folder + "/client.secret";
    if (is_new || platform::fileExists(secret_file)) {
      app.secret =
          TRY(readOrMake(secret_file, [] { return toBase64Url(platform::randomBytes(30)); }));
    }
  }
  for (const auto& path : options.client_certificate_files) {
    app.certificates.push_back(TRY(platform::readFile(path, kMaxKeyFile)));
  }
  client_id = TRY(putApp(tenant->settings, app));
  return {};
}

Result<void> TenantServer::Parts::openTenant(const Options& options) {
  auto store = TRY(Store::open(options.data.empty() ? "" : folder + "/tenant.db"));
  tenant = std::make_unique<Tenant>(std::move(store), options.throttling);
  const bool found = TRY(tenant->load());
  if (found) {
    TRY(checkFixed(options, tenant->settings));
  } else {
    TRY(firstSettings(options, tenant->settings));
  }
  TRY(applyDomains(options, tenant->settings));
  TRY(applyApp(options, !found));
  tenant->saveSettings();
  if (!tenant->store->waitDurable()) {
    return Error(ErrorCode::kUnavailable,
                 "cannot write " + folder + "/tenant.db; is the disk full?");
  }
  return {};
}

Result<void> TenantServer::Parts::serve(const Options& options) {
  certificate =
      TRY(platform::ensureCertificate(folder, options.names, std::chrono::system_clock::now()));
  auto key = TRY(openSigningKey(folder));
  const std::string admin_token = TRY(
      readOrMake(folder + "/admin.token", [] { return toBase64Url(platform::randomBytes(24)); }));
  const bool loopback = options.address.starts_with("127.") || options.address == "::1";
  service = std::make_unique<Service>(
      *tenant, std::move(key), options.token_lifetime, admin_token, loopback, nowMs);
  platform::HttpServerOptions http_options;
  http_options.address = options.address;
  http_options.port = options.port;
  http_options.threads = options.threads;
  http_options.tls = platform::TlsFiles{certificate.certificate_chain, certificate.private_key};
  http =
      TRY(platform::HttpServer::start(http_options, [this](const platform::ServerRequest& request) {
        return service->handle(request);
      }));
  address = fmt::format("https://{}:{}/", loopback ? "localhost" : options.address, http->port());
  if (!options.port_file.empty()) {
    TRY(platform::writeFileDurably(options.port_file, std::to_string(http->port()) + "\n", 0644));
  }
  quarantine =
      std::thread([this, seconds = options.quarantine_retry_seconds] { retryLoop(seconds); });
  return {};
}

void TenantServer::Parts::retryLoop(std::int64_t seconds) {
  std::unique_lock lock(mutex);
  while (!wake.wait_for(lock, std::chrono::seconds(seconds), [this] { return stopping; })) {
    const std::unique_lock state(tenant->mutex);
    retryQuarantined(*tenant, nowMs() / 1000, false);
    purgeExpired(*tenant, nowMs() / 1000);
  }
}

TenantServer::TenantServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

TenantServer::~TenantServer() {
  if (parts_->http) parts_->http->stop();
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->stopping = true;
  }
  parts_->wake.notify_all();
  if (parts_->quarantine.joinable()) parts_->quarantine.join();
  parts_->http.reset();
  parts_->service.reset();
  parts_->tenant.reset();  // commits what is pending
  if (parts_->folder_is_ours) {
    std::error_code ignored;
    std::filesystem::remove_all(parts_->folder, ignored);
  }
}

Result<std::unique_ptr<TenantServer>> TenantServer::start(const Options& options) {
  // Owned by the server from the first moment, so that its destructor undoes a start half done.
  std::unique_ptr<TenantServer> server(new TenantServer(std::make_unique<Parts>()));
  TRY(server->parts_->openFolder(options));
  TRY(server->parts_->openTenant(options));
  TRY(server->parts_->serve(options));
  return server;
}

std::uint16_t TenantServer::port() const {
  return parts_->http->port();
}

std::string TenantServer::announcement() const {
  return fmt::format(
      "address: {}\nca file: {}\ntenant id: {}\nclient id: {}\nsecret file: {}\n"
      "admin token file: {}\n",
      parts_->address,
      parts_->certificate.ca_certificate,
      parts_->tenant->settings.tenant_id,
      parts_->client_id,
      parts_->secret_file,
      parts_->folder + "/admin.token");
}

}  // namespace tandem::tenant
