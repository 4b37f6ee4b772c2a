// SPDX-License-Identifier: Apache-2.0
#include "testing/server_fixture.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tandem::testing {
namespace {

std::string temporaryFolder(const std::string& name) {
  std::string pattern = std::filesystem::temp_directory_path() / (name + "-XXXXXX");
  return mkdtemp(pattern.data()) == nullptr ? "" : pattern;
}

bool isProgram(const std::string& path) {
  return access(path.c_str(), X_OK) == 0;
}

bool isFree(const std::string& address, std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &where.sin_addr);
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool free = bind(descriptor, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0;
  close(descriptor);
  return free;
}

// Samba's ports are fixed, so each server takes a loopback address to itself.
std::string freeAddress() {
  for (int i = 0; i < 200; ++i) {
    const std::string address = fmt::format("127.0.{}.{}", 30 + (getpid() + i) % 200, 1 + i);
    if (isFree(address, 389) && isFree(address, 636) && isFree(address, 88)) return address;
  }
  return "127.0.0.21";
}

}  // namespace

CommandResult runCommand(const std::string& command, const std::string& input) {
  const std::string folder = temporaryFolder("command");
  std::ofstream(folder + "/in", std::ios::binary) << input;
  const std::string line = fmt::format("{{ {}\n}} < {}/in > {}/out 2>&1", command, folder, folder);
  const int status = std::system(line.c_str());
  CommandResult result;
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::ostringstream text;
  text << std::ifstream(folder + "/out", std::ios::binary).rdbuf();
  result.output = text.str();
  std::filesystem::remove_all(folder);
  return result;
}

std::string DirectoryServer::whyNoSamba() {
  for (const char* program : {"/usr/sbin/samba", "/usr/bin/ldbadd", "/usr/bin/ldapsearch"}) {
    if (!isProgram(program)) return std::string(program) + " is not installed";
  }
  if (geteuid() != 0) return "a domain controller needs ports below 1024: run as root";
  return "";
}

std::string DirectoryServer::whyNoSlapd() {
  for (const char* program : {"/usr/sbin/slapd", "/usr/sbin/slapadd", "/usr/bin/ldapmodify"}) {
    if (!isProgram(program)) return std::string(program) + " is not installed";
  }
  return "";
}

std::unique_ptr<DirectoryServer> DirectoryServer::startSamba(const std::string& source_dir) {
  std::unique_ptr<DirectoryServer> server(
      new DirectoryServer(source_dir + "/tests/functional/servers/samba_dc.sh",
                          temporaryFolder("samba"),
                          "DC_ADDRESS=" + freeAddress(),
                          source_dir + "/build/cache/samba-domain.tar.zst"));
  return server->start() ? std::move(server) : nullptr;
}

std::unique_ptr<DirectoryServer> DirectoryServer::startSlapd(
    const std::string& source_dir, const std::map<std::string, std::string>& environment) {
  std::string variables;
  for (const auto& [name, value] : environment)
    variables += fmt::format("{}='{}' ", name, value);
  std::unique_ptr<DirectoryServer> server(new DirectoryServer(
      source_dir + "/tests/functional/servers/slapd.sh", temporaryFolder("slapd"), variables, ""));
  return server->start() ? std::move(server) : nullptr;
}

DirectoryServer::~DirectoryServer() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool DirectoryServer::start() {
  const CommandResult result =
      runCommand(fmt::format("{} {} start {} {}", environment_, script_, folder_, extra_));
  if (result.code != 0) std::cerr << result.output << "\n";
  return result.code == 0 && readEnvironment();
}

void DirectoryServer::stop() {
  runCommand(fmt::format("{} {} stop {}", environment_, script_, folder_));
}

bool DirectoryServer::readEnvironment() {
  std::ifstream in(folder_ + "/env");
  for (std::string line; std::getline(in, line);) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) values_[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return !values_.empty();
}

const std::string& DirectoryServer::at(const std::string& name) const {
  static const std::string kAbsent;
  const auto found = values_.find(name);
  return found == values_.end() ? kAbsent : found->second;
}

CommandResult DirectoryServer::run(std::string command, const std::string& input) const {
  const std::size_t place = command.find("{SAM}");
  if (place != std::string::npos) {
    command.replace(place, 5, fmt::format("-H {} --configfile={}", at("SAM_LDB"), at("SMB_CONF")));
  }
  return runCommand(command, input);
}

CommandResult DirectoryServer::add(const std::string& ldif) const {
  if (isSamba()) return run("ldbadd {SAM}", ldif);
  return run(fmt::format("ldapadd -x -H ldap://{}:{} -D {} -w {}",
                         at("ADDRESS"),
                         at("PORT"),
                         at("ADMIN"),
                         at("ADMIN_PASSWORD")),
             ldif);
}

CommandResult DirectoryServer::modify(const std::string& ldif) const {
  if (isSamba()) return run("ldbmodify {SAM}", ldif);
  return run(fmt::format("ldapmodify -x -H ldap://{}:{} -D {} -w {}",
                         at("ADDRESS"),
                         at("PORT"),
                         at("ADMIN"),
                         at("ADMIN_PASSWORD")),
             ldif);
}

}  // namespace tandem::testing
