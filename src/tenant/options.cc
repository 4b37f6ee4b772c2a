// SPDX-License-Identifier: Apache-2.0
#include "tenant/options.h"

#include <functional>
#include <map>

#include <arpa/inet.h>

#include "base/text.h"
#include "tenant/guid.h"
#include "tenant/settings.h"

namespace tandem::tenant {
namespace {

Error usage(const std::string& message) {
  return Error(ErrorCode::kInvalidArgument, message + "; see tandem-tenant --help");
}

bool isAddress(const std::string& text) {
  unsigned char raw[16];
  return inet_pton(AF_INET, text.c_str(), raw) == 1 || inet_pton(AF_INET6, text.c_str(), raw) == 1;
}

Result<std::int64_t> readNumber(const std::string& name,
                                const std::string& text,
                                std::int64_t least,
                                std::int64_t most) {
  const auto number = parseInteger(text);
  if (!number || *number < least || *number > most) {
    return usage(name + " needs a number from " + std::to_string(least) + " to " +
                 std::to_string(most) + ", not '" + text + "'");
  }
  return *number;
}

// "127.0.0.1:0", "[::1]:8443"
Result<void> readListen(const std::string& text, Options& options) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return usage("--listen needs ADDRESS:PORT, not '" + text + "'");
  std::string address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  if (!isAddress(address)) {
    return usage("--listen needs a numeric address such as 127.0.0.1, not '" + address + "'");
  }
  options.address = address;
  options.port =
      static_cast<std::uint16_t>(TRY(readNumber("--listen", text.substr(colon + 1), 0, 65535)));
  return {};
}

// "3000/150": so many in so many seconds
Result<void> readLimit(const std::string& name,
                       const std::string& text,
                       std::int64_t& count,
                       std::int64_t& window) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) {
    return usage(name + " needs COUNT/SECONDS such as 3000/150, not '" + text + "'");
  }
  count = TRY(readNumber(name, text.substr(0, slash), 1, 1000000000));
  window = TRY(readNumber(name, text.substr(slash + 1), 1, 86400));
  return {};
}

Result<void> readGuid(const std::string& name, const std::string& text, std::string& out) {
  if (!Guid::parse(text)) return usage(name + " needs a GUID with its dashes, not '" + text + "'");
  out = toLowerAscii(text);
  return {};
}

Result<void> readDomain(const std::string& name, const std::string& text, std::string& out) {
  if (!isDomainName(text)) {
    return usage(name + " needs a domain such as contoso.example, not '" + text + "'");
  }
  out = toLowerAscii(text);
  return {};
}

using Reader = std::function<Result<void>(const std::string&, Options&)>;

Reader textInto(std::string Options::*field) {
  return [field](const std::string& text, Options& options) -> Result<void> {
    options.*field = text;
    return {};
  };
}

Reader guidInto(std::string name, std::string Options::*field) {
  return [name, field](const std::string& text, Options& options) {
    return readGuid(name, text, options.*field);
  };
}

Result<void> readThrottling(const std::string& text, Options& options) {
  if (text != "on" && text != "off") return usage("--throttling is on or off, not '" + text + "'");
  options.throttling.enabled = text == "on";
  return {};
}

Result<void> readProfile(const std::string& text, Options& options) {
  if (!rolesOfProfile(text)) return usage("--profile is graph or sync, not '" + text + "'");
  options.profile = text;
  return {};
}

Reader numberInto(std::string name,
                  std::int64_t least,
                  std::int64_t most,
                  std::function<void(Options&, std::int64_t)> set) {
  return [=](const std::string& text, Options& options) -> Result<void> {
    set(options, TRY(readNumber(name, text, least, most)));
    return {};
  };
}

std::map<std::string, Reader> readers() {
  return {
      {"--data", textInto(&Options::data)},
      {"--listen", readListen},
      {"--port-file", textInto(&Options::port_file)},
      {"--tenant-id", guidInto("--tenant-id", &Options::tenant_id)},
      {"--display-name", textInto(&Options::display_name)},
      {"--initial-domain",
       [](const std::string& text, Options& options) {
         return readDomain("--initial-domain", text, options.initial_domain);
       }},
      {"--domain",
       [](const std::string& text, Options& options) {
         return readDomain("--domain", text, options.domains.emplace_back());
       }},
      {"--name",
       [](const std::string& text, Options& options) -> Result<void> {
         options.names.push_back(text);
         return {};
       }},
      {"--client-id", guidInto("--client-id", &Options::client_id)},
      {"--client-secret-file", textInto(&Options::client_secret_file)},
      {"--client-certificate",
       [](const std::string& text, Options& options) -> Result<void> {
         options.client_certificate_files.push_back(text);
         return {};
       }},
      {"--profile", readProfile},
      {"--throttling", readThrottling},
      {"--write-limit",
       [](const std::string& text, Options& options) {
         return readLimit(
             "--write-limit", text, options.throttling.writes, options.throttling.write_window);
       }},
      {"--resource-limit",
       [](const std::string& text, Options& options) {
         return readLimit("--resource-limit",
                          text,
                          options.throttling.resource_units,
                          options.throttling.resource_window);
       }},
      {"--threads",
       numberInto("--threads",
                  1,
                  512,
                  [](Options& options, std::int64_t n) {
                    options.threads = static_cast<std::size_t>(n);
                  })},
      {"--token-lifetime",
       numberInto("--token-lifetime",
                  1,
                  86400,
                  [](Options& options, std::int64_t n) { options.token_lifetime = n; })},
      {"--quarantine-retry",
       numberInto("--quarantine-retry",
                  1,
                  86400,
                  [](Options& options, std::int64_t n) { options.quarantine_retry_seconds = n; })},
  };
}

}  // namespace

Result<Options> parseOptions(const std::vector<std::string>& arguments) {
  static const std::map<std::string, Reader> known = readers();
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    if (name == "--help" || name == "-h") {
      options.help = true;
      return options;
    }
    if (name == "--version") {
      options.version = true;
      return options;
    }
    std::optional<std::string> value;
    const std::size_t equals = name.find('=');
    if (equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const auto reader = known.find(name);
    if (reader == known.end()) return usage("unknown option '" + name + "'");
    if (!value && i + 1 < arguments.size()) value = arguments[++i];
    if (!value || value->empty()) return usage(name + " needs a value");
    TRY(reader->second(*value, options));
  }
  return options;
}

std::string helpText() {
  return R"(tandem-tenant: a small cloud directory that speaks Microsoft Graph v1.0 and OAuth 2.0

  tandem-tenant --data DIR            serve the tenant in DIR on https://127.0.0.1:8443; the first
                                      start makes the tenant, an app with a secret, a certificate
  tandem-tenant                       the same in memory: all is gone at the end

Where
  --data DIR              the tenant's folder: tenant.db, keys, certificate, secrets (mode 0600)
  --listen ADDRESS:PORT   default 127.0.0.1:8443; port 0 lets the system choose
  --port-file FILE        write the port here once it is open
  --name NAME             another host name or address for the certificate; may be repeated
  --threads N             requests at once, default 16

The tenant (what is given changes a tenant that is there)
  --tenant-id GUID        default: made at the first start; cannot change later
  --display-name TEXT
  --initial-domain NAME   first start only; default tandem.onmicrosoft.com
  --domain NAME           a verified domain; may be repeated; the first is the default domain
  --quarantine-retry N    seconds between attempts to give quarantined values back, default 3600

The app that may write
  --client-id GUID        default: made at the first start
  --client-secret-file F  a file with the secret; default: made at the first start
  --client-certificate F  a PEM certificate for assertions; may be repeated
  --profile graph|sync    its permissions: what public Graph grants, or also the tenant's own
                          synchronization permission (default at the first start)
  --token-lifetime N      seconds, default 3599

Limits
  --throttling on|off     Graph's documented limits, default on
  --write-limit N/S       writes of one app in S seconds, default 3000/150
  --resource-limit N/S    resource units in S seconds, default by the tenant's size

  --help, --version

At the start it prints, one a line: address, CA file, tenant id, client id, secret file, admin token
file. Faults on request and counters: /tandem/… with the admin token. The page for people: /
Exit codes: 0 stopped by a signal, 1 failed, 2 wrong use.
)";
}

}  // namespace tandem::tenant
