// SPDX-License-Identifier: Apache-2.0
//
// A tandem-tenant in a folder of its own, for functional tests and benchmarks: started on a free
// port, stopped or killed by its own process id. Included by tests alone.
#pragma once

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "connectors/graph/graph_settings.h"
#include "platform/http_client.h"

namespace tandem::connectors::graph::testing {

class TenantProcess {
 public:
  // nullptr when the program does not start.
  static std::unique_ptr<TenantProcess> start(const std::string& program,
                                              std::vector<std::string> options) {
    auto tenant = std::unique_ptr<TenantProcess>(new TenantProcess);
    std::string pattern =
        (std::filesystem::temp_directory_path() / "tandem-tenant-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return nullptr;
    tenant->folder_ = pattern;
    options.insert(options.begin(), {program, "--data", pattern + "/data"});
    options.insert(options.end(), {"--listen", "127.0.0.1:0"});
    tenant->arguments_ = std::move(options);
    return tenant->run() ? std::move(tenant) : nullptr;
  }

  ~TenantProcess() {
    if (pid_ > 0) {
      ::kill(pid_, SIGTERM);
      ::waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  TenantProcess(const TenantProcess&) = delete;
  TenantProcess& operator=(const TenantProcess&) = delete;

  // kill -9: what the tenant has not handed to the system is gone. What it has handed over stays,
  // on disk or not; a power cut would take the latter too, and no test here makes one.
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  // After kill(), with the same data, on another port. False when the program does not start.
  bool restart() {
    announcement_.clear();
    return run();
  }

  GraphSettings settings(GraphProfile profile) const {
    GraphSettings made;
    made.base_url = fact("address") + "v1.0";  // the address ends with a slash
    made.login_url = fact("address");
    made.tenant = fact("tenant id");
    made.client_id = fact("client id");
    made.client_secret = fileText(fact("secret file"));
    made.ca_file = fact("ca file");
    made.proxy = "";
    made.profile = profile;
    return made;
  }

  // PUT, POST, GET or DELETE of /tandem/…; the answer's body, empty when it failed.
  std::string control(const std::string& method,
                      const std::string& path,
                      const std::string& body = {}) const {
    platform::HttpClientOptions options;
    options.ca_file = fact("ca file");
    options.proxy = "";
    auto http = platform::openHttpClient(options);
    if (!http.ok()) return {};
    platform::HttpRequest request;
    request.method = method;
    request.url = fact("address") + "/tandem/" + path;
    request.headers.emplace_back("Authorization", "Bearer " + fileText(fact("admin token file")));
    request.body = body;
    const platform::HttpAnswer answer = http.value()->send(request);
    const auto* response = std::get_if<platform::HttpResponse>(&answer);
    return response != nullptr && response->status == 200 ? response->body : std::string();
  }

  const std::string& folder() const { return folder_; }
  pid_t pid() const { return pid_; }
  std::string fact(const std::string& name) const {
    const auto found = announcement_.find(name + ": ");
    if (found == std::string::npos) return {};
    const std::size_t begin = found + name.size() + 2;
    return announcement_.substr(begin, announcement_.find('\n', begin) - begin);
  }
  static std::string fileText(const std::string& path) {
    std::ifstream in(path);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    while (!text.empty() && text.back() == '\n')
      text.pop_back();
    return text;
  }

 private:
  TenantProcess() = default;

  bool run() {
    int ends[2];
    if (::pipe(ends) != 0) return false;
    std::vector<char*> raw;
    for (std::string& argument : arguments_)
      raw.push_back(argument.data());
    raw.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::execv(raw[0], raw.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    char buffer[512];
    // The announcement ends with the admin token's place.
    while (announcement_.find("admin token file: ") == std::string::npos ||
           announcement_.back() != '\n') {
      const ssize_t got = ::read(ends[0], buffer, sizeof buffer);
      if (got <= 0) break;
      announcement_.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    return !fact("address").empty();
  }

  pid_t pid_ = -1;
  std::string folder_;
  std::vector<std::string> arguments_;
  std::string announcement_;
};

}  // namespace tandem::connectors::graph::testing
