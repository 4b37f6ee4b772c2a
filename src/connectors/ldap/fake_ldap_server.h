// SPDX-License-Identifier: Apache-2.0
// A scripted LDAP server for what real ones in tests do not do: limits, ranges, pages that break
// off, Active Directory's words. It knows just enough of BER to tell requests apart.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connectors/ldap/ber.h"

namespace tandem::connectors::ldap {

struct FakeRequest {
  std::int64_t id = 0;
  bool is_bind = false;
  bool is_search = false;
  std::string base;
  std::vector<std::string> attributes;
  std::string controls;  // raw: look for an OID in it
  bool has(const std::string& text) const {
    for (const std::string& name : attributes)
      if (name == text) return true;
    return controls.find(text) != std::string::npos;
  }
};

// What to send: LDAPMessages, or any octets at all.
struct FakeAnswer {
  std::string bytes;
  bool hang_up = false;
};

inline std::string fakeMessage(const FakeRequest& request,
                               const std::string& operation,
                               const std::string& controls = "") {
  std::string content = berInteger(request.id) + operation;
  if (!controls.empty()) content += berElement(0xA0, controls);
  return berElement(kBerSequence, content);
}
inline std::string fakeControl(std::string_view oid, const std::string& value) {
  return berElement(kBerSequence, berOctets(oid) + berOctets(value));
}
inline std::string fakeResult(const FakeRequest& request,
                              int code,
                              const std::string& text = "",
                              const std::string& controls = "") {
  const std::uint8_t tag = request.is_bind ? 0x61 : 0x65;
  return fakeMessage(
      request,
      berElement(tag, berInteger(code, kBerEnumerated) + berOctets("") + berOctets(text)),
      controls);
}
using FakeAttributes = std::vector<std::pair<std::string, std::vector<std::string>>>;
inline std::string fakeEntry(const FakeRequest& request,
                             const std::string& dn,
                             const FakeAttributes& attributes) {
  std::string list;
  for (const auto& [name, values] : attributes) {
    std::string set;
    for (const std::string& value : values)
      set += berOctets(value);
    list += berElement(kBerSequence, berOctets(name) + berElement(kBerSet, set));
  }
  return fakeMessage(request, berElement(0x64, berOctets(dn) + berElement(kBerSequence, list)));
}
inline std::string fakeReference(const FakeRequest& request, const std::string& url) {
  return fakeMessage(request, berElement(0x73, berOctets(url)));
}
inline std::string fakePage(const std::string& cookie) {
  return fakeControl("1.2.840.113556.1.4.319",
                     berElement(kBerSequence, berInteger(0) + berOctets(cookie)));
}

class FakeLdapServer {
 public:
  using Script = std::function<FakeAnswer(const FakeRequest&)>;

  explicit FakeLdapServer(Script script) : script_(std::move(script)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    bind(listener_, reinterpret_cast<sockaddr*>(&where), size);
    listen(listener_, 8);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  ~FakeLdapServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  std::uint16_t port() const { return port_; }

 private:
  void serve() {
    for (;;) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      talk(connection);
      close(connection);
    }
  }

  void talk(int connection) {
    std::string buffer;
    char chunk[4096];
    for (;;) {
      BerReader reader(buffer);
      if (const auto message = reader.take(kBerSequence)) {
        const FakeAnswer answer = script_(parse(*message));
        buffer.erase(0,
                     static_cast<std::size_t>(message->data() - buffer.data()) + message->size());
        send(connection, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL);
        if (answer.hang_up) return;
        continue;
      }
      const ssize_t got = recv(connection, chunk, sizeof chunk, 0);
      if (got <= 0) return;
      buffer.append(chunk, static_cast<std::size_t>(got));
    }
  }

  static FakeRequest parse(std::string_view message) {
    FakeRequest request;
    BerReader reader(message);
    request.id = reader.takeInteger().value_or(0);
    request.is_bind = reader.peek() == 0x60;
    if (request.is_bind) return request;
    const auto search = reader.take(0x63);
    request.is_search = search.has_value();
    if (!search) return request;
    BerReader fields(*search);
    request.base = fields.take(kBerOctets).value_or("");
    for (int i = 0; i < 2; ++i)
      fields.takeInteger(kBerEnumerated);
    for (int i = 0; i < 2; ++i)
      fields.takeInteger();
    fields.takeBoolean();
    fields.take(fields.peek());  // the filter
    BerReader names(fields.take(kBerSequence).value_or(""));
    while (const auto name = names.take(kBerOctets))
      request.attributes.emplace_back(*name);
    request.controls = reader.take(0xA0).value_or("");
    return request;
  }

  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace tandem::connectors::ldap
