// SPDX-License-Identifier: Apache-2.0
//
// A full import from a real slapd into an empty connector space, and the same again when nothing
// has changed, each beside a bare reader of the same search that keeps nothing. Server and client
// share the machine, so only the ratio of the two says something. --keep FOLDER loads the server
// once and leaves it stopped there for the next time. Libraries: ldap lber
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <ldap.h>
#include <time.h>
#include <unistd.h>

#include "connectors/ldap/ldap_connector.h"
#include "connectors/ldap/paged_search.h"
#include "connectors/ldif/forest.h"
#include "platform/clock.h"
#include "run/import_queue.h"
#include "sync/stager.h"

namespace {

using namespace tandem;  // NOLINT: a program, not a header

constexpr const char* kBase = "dc=example,dc=com";
constexpr int kPageSize = 1000;
// What is read of each person; entryUUID and objectClass come besides.
const std::vector<std::string> kAttributes = {"cn",
                                              "sn",
                                              "givenName",
                                              "displayName",
                                              "uid",
                                              "mail",
                                              "title",
                                              "departmentNumber",
                                              "employeeNumber",
                                              "employeeType",
                                              "telephoneNumber",
                                              "mobile",
                                              "l",
                                              "st",
                                              "street",
                                              "postalCode",
                                              "o",
                                              "ou",
                                              "description",
                                              "manager",
                                              "member"};

[[noreturn]] void stop(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(1);
}

double secondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Processor time of one thread, by its clock.
double cpuSeconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::int64_t residentMegabytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmHWM:")) return std::atoll(line.c_str() + 6) / 1024;
  }
  return 0;
}

// A slapd with an invented organisation in it; stopped by its own process id.
class Slapd {
 public:
  Slapd(const std::filesystem::path& folder, std::uint64_t people) : folder_(folder) {
    script_ = std::string(TANDEM_SOURCE_DIR) + "/tests/functional/servers/slapd.sh";
    if (!std::filesystem::exists(folder_ / "loaded")) load(people);
    run(fmt::format("bash {} start {}", script_, dir()));
    port_ = static_cast<std::uint16_t>(numberAfter(folder / "slapd" / "env", "PORT="));
    pid_ = numberAfter(folder / "slapd" / "pid", "");
    if (port_ == 0 || pid_ == 0) stop("slapd did not say its port");
  }
  ~Slapd() { std::system(fmt::format("bash {} stop {}", script_, dir()).c_str()); }

  std::uint16_t port() const { return port_; }
  // Processor time so far, of all threads.
  double cpu() const {
    clockid_t clock = 0;
    clock_getcpuclockid(static_cast<pid_t>(pid_), &clock);
    return cpuSeconds(clock);
  }

 private:
  void load(std::uint64_t people) {
    connectors::ldif::ForestPlan plan;
    plan.people = people;
    plan.flavour = connectors::ldif::ForestFlavour::kOpenLdap;
    plan.base = kBase;
    plan.mail_domain = "example.com";
    plan.for_loading = true;
    const std::string ldif = (folder_ / "forest.ldif").string();
    {
      std::ofstream out(ldif);
      connectors::ldif::Forest(plan).writeTo(out);
    }
    run(fmt::format("bash {} load {} < {}", script_, dir(), ldif));
    std::filesystem::remove(ldif);
    std::ofstream(folder_ / "loaded") << people;
  }
  std::string dir() const { return (folder_ / "slapd").string(); }
  static void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) stop("failed: " + command);
  }
  // Of the line that starts so; 0 when there is none.
  static std::int64_t numberAfter(const std::filesystem::path& file, std::string_view start) {
    std::ifstream in(file);
    std::string line;
    while (std::getline(in, line)) {
      if (line.starts_with(start)) return std::atoll(line.c_str() + start.size());
    }
    return 0;
  }

  std::filesystem::path folder_;
  std::string script_;
  std::uint16_t port_ = 0;
  std::int64_t pid_ = 0;
};

// The search of the connector, word for word: the same filter makes the server do the same work.
std::string filterOfConnector() {
  directory::NameTable types;
  const connectors::entry::ObjectClasses classes(connectors::defaultObjectTypes(), types);
  return connectors::ldap::classFilter(classes.searched());
}

// The yardstick: every entry and value is looked at in place, and nothing is kept.
class BareReader {
 public:
  explicit BareReader(std::uint16_t port) : filter_(filterOfConnector()) {
    ldap_initialize(&ldap_, fmt::format("ldap://127.0.0.1:{}", port).c_str());
    int version = LDAP_VERSION3;
    ldap_set_option(ldap_, LDAP_OPT_PROTOCOL_VERSION, &version);
    std::string password = "sync-password";
    berval credentials{password.size(), password.data()};
    const std::string account = std::string("cn=sync,") + kBase;
    if (ldap_sasl_bind_s(
            ldap_, account.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr) !=
        0) {
      stop("the bare reader cannot bind");
    }
  }
  ~BareReader() { ldap_unbind_ext_s(ldap_, nullptr, nullptr); }

  std::int64_t read() {
    entries_ = 0;
    berval cookie{0, nullptr};
    do {
      readPage(cookie);
    } while (cookie.bv_len > 0);
    return entries_;
  }

 private:
  void readPage(berval& cookie) {
    std::vector<std::string> names = kAttributes;
    names.insert(names.end(), {"objectClass", "entryUUID"});
    std::vector<char*> attributes;
    for (std::string& name : names)
      attributes.push_back(name.data());
    attributes.push_back(nullptr);
    LDAPControl* page = nullptr;
    ldap_create_page_control(ldap_, kPageSize, &cookie, 1, &page);
    LDAPControl* controls[] = {page, nullptr};
    int id = 0;
    ldap_search_ext(ldap_,
                    kBase,
                    LDAP_SCOPE_SUBTREE,
                    filter_.c_str(),
                    attributes.data(),
                    0,
                    controls,
                    nullptr,
                    nullptr,
                    0,
                    &id);
    ldap_control_free(page);
    for (;;) {
      LDAPMessage* message = nullptr;
      const int type = ldap_result(ldap_, id, LDAP_MSG_ONE, nullptr, &message);
      if (type == LDAP_RES_SEARCH_ENTRY) look(message);
      if (type == LDAP_RES_SEARCH_RESULT) {
        finishPage(message, cookie);
        return;
      }
      if (type <= 0) stop("the bare reader lost its connection");
      ldap_msgfree(message);
    }
  }

  void look(LDAPMessage* message) {
    ++entries_;
    BerElement* ber = nullptr;
    berval dn{};
    ldap_get_dn_ber(ldap_, message, &ber, &dn);
    berval name{};
    BerVarray values = nullptr;
    while (ldap_get_attribute_ber(ldap_, message, ber, &name, &values) == LDAP_SUCCESS &&
           name.bv_val != nullptr) {
      for (int i = 0; values != nullptr && values[i].bv_val != nullptr; ++i)
        bytes_ += values[i].bv_len;
      ber_memfree(values);
      values = nullptr;
    }
    ber_free(ber, 0);
  }

  void finishPage(LDAPMessage* message, berval& cookie) {
    LDAPControl** controls = nullptr;
    int code = 0;
    ldap_parse_result(ldap_, message, &code, nullptr, nullptr, nullptr, &controls, 1);
    if (code != LDAP_SUCCESS)
      stop(fmt::format("the bare reader's search failed: {}", ldap_err2string(code)));
    if (cookie.bv_val != nullptr) ber_memfree(cookie.bv_val);
    cookie = {0, nullptr};
    LDAPControl* page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr);
    int total = 0;
    if (page != nullptr) ldap_parse_pageresponse_control(ldap_, page, &total, &cookie);
    ldap_controls_free(controls);
  }

  std::string filter_;
  LDAP* ldap_ = nullptr;
  std::int64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
};

class Silent : public sync::StepRecorder {
 public:
  void count(std::string_view, sync::ConnectorObjectId, std::string_view) override { ++counted; }
  void countOnly(std::string_view, std::int64_t) override {}
  void problem(const sync::ObjectProblem& problem) override {
    stop(problem.dn + ": " + problem.message);
  }
  void progress(std::int64_t, std::int64_t) override {}
  bool isCancelled() const override { return false; }
  std::int64_t counted = 0;
};

// Where the time of one import went.
struct Course {
  double reading_cpu = 0;
  double staging_cpu = 0;
  double seconds = 0;
  double seconds_at_end = 0;  // of these: behind the last item
};

class Import {
 public:
  Import(const std::string& path, std::uint16_t port) : store_(opened(path)) {
    connectors::LdapSettings settings;
    settings.server = "127.0.0.1";
    settings.port = port;
    settings.security = connectors::LdapSecurity::kPlain;
    settings.allow_plain = true;
    settings.user = std::string("cn=sync,") + kBase;
    settings.password = "sync-password";
    settings.base = kBase;
    settings.delta = connectors::DeltaMethod::kNone;
    settings.page_size = kPageSize;
    auto opened = connectors::ldap::LdapConnector::open(
        std::move(settings), store_->names().attributes(), store_->names().objectTypes(), clock_);
    if (!opened.ok()) stop(opened.error().message());
    connector_ = std::move(opened).value();
    id_ = store_->names().connector("corp");
    engine_.store = store_.get();
    engine_.now = [] { return 1'700'000'000; };
    engine_.connectors = {{id_, "corp", false, {}}};
  }

  // Returns how many objects were written.
  std::int64_t run() {
    Silent recorder;
    const auto start = std::chrono::steady_clock::now();
    const double cpu = cpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    sync::Stager stager(engine_, id_, recorder);
    connectors::ImportRequest request;
    request.partition = kBase;
    for (const std::string& name : kAttributes) {
      request.attributes.push_back(store_->names().attributes().intern(name));
    }
    run::ImportQueue queue([] { return false; });
    std::thread reading([&] {
      const auto outcome = connector_->import(request, queue);
      if (!outcome.ok()) stop(outcome.error().message());
      course_.reading_cpu = cpuSeconds(CLOCK_THREAD_CPUTIME_ID);
      queue.close();
    });
    require(stager.beginFull());  // beside the reading, as a run does it
    while (auto batch = queue.next()) {
      require(stager.stage(batch->items, kBase, batch->reached));
      queue.recycle(std::move(batch->items));
    }
    reading.join();
    course_.seconds_at_end =
        secondsOf([&] { require(stager.finish(/*complete=*/true, sync::AbsenceGuard{})); });
    course_.staging_cpu = cpuSeconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    course_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return recorder.counted;
  }
  const Course& course() const { return course_; }

 private:
  static std::unique_ptr<store::Store> opened(const std::string& path) {
    auto store = store::Store::open(path);
    if (!store.ok()) stop(store.error().message());
    return std::move(store).value();
  }
  static void require(const Result<void>& result) {
    if (!result.ok()) stop(result.error().message());
  }

  platform::SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<connectors::Connector> connector_;
  directory::ConnectorId id_;
  sync::Engine engine_;
  Course course_;
};

void report(const char* what, double seconds, double yardstick, double budget) {
  const double ratio = seconds / yardstick;
  fmt::print("{:<44} {:>7.2f} s  bare reader {:>7.2f} s  ratio {:.2f} <= {:.2f}  {}\n",
             what,
             seconds,
             yardstick,
             ratio,
             budget,
             ratio <= budget ? "met" : "MISSED");
}

double medianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// What one kind of reading took, over all rounds.
class Rounds {
 public:
  void add(double seconds, double server_cpu, const Course& course = {}) {
    seconds_.push_back(seconds);
    server_.push_back(server_cpu);
    reading_.push_back(course.reading_cpu);
    staging_.push_back(course.staging_cpu);
    end_.push_back(course.seconds_at_end);
  }
  double seconds() const { return medianOf(seconds_); }
  void printCourse(const char* what, std::int64_t entries) const {
    const auto each = [&](const std::vector<double>& values) {
      return medianOf(values) * 1e6 / static_cast<double>(entries);
    };
    fmt::print(
        "  {:<42} {:>7.2f} us an entry: server {:.1f}, reading {:.1f}, staging {:.1f} us of "
        "processor; {:.2f} s behind the last entry\n",
        what,
        each(seconds_),
        each(server_),
        each(reading_),
        each(staging_),
        medianOf(end_));
  }

 private:
  std::vector<double> seconds_;
  std::vector<double> server_;
  std::vector<double> reading_;
  std::vector<double> staging_;
  std::vector<double> end_;
};

struct Options {
  std::uint64_t size = 200'000;
  int rounds = 3;
  std::filesystem::path keep;
};

void measure(const Options& options, const std::filesystem::path& folder) {
  const Slapd slapd(folder, options.size);
  BareReader bare(slapd.port());
  const std::int64_t entries = bare.read();  // warms the server's cache
  Rounds reader;
  Rounds first;
  Rounds again;
  const auto readBare = [&] {
    const double server = slapd.cpu();
    const double cpu = cpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    const double seconds = secondsOf([&] { bare.read(); });
    reader.add(
        seconds, slapd.cpu() - server, {.reading_cpu = cpuSeconds(CLOCK_THREAD_CPUTIME_ID) - cpu});
  };
  const auto import = [&](Import& space, Rounds& rounds) {
    const double server = slapd.cpu();
    const std::int64_t written = space.run();
    rounds.add(space.course().seconds, slapd.cpu() - server, space.course());
    return written;
  };
  for (int round = 0; round < options.rounds; ++round) {
    const std::string path = (folder / "tandem.db").string();
    {
      Import space(path, slapd.port());
      readBare();
      import(space, first);
      readBare();
      if (import(space, again) != 0) stop("the second import wrote something");
    }
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(path + suffix);
  }
  fmt::print("{} entries, {} attributes asked for; medians of {} rounds\n",
             entries,
             kAttributes.size(),
             options.rounds);
  report("full import into an empty space", first.seconds(), reader.seconds(), 1.35);
  report("full import again, nothing changed", again.seconds(), reader.seconds(), 1.1);
  fmt::print("{:<44} {:>7} MB <= 400 MB at 1,000,000\n",
             "largest resident size of the process",
             residentMegabytes());
  reader.printCourse("the bare reader", entries);
  first.printCourse("into an empty space", entries);
  again.printCourse("again", entries);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--size") options.size = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--rounds") options.rounds = std::atoi(argv[i + 1]);
    if (name == "--keep") options.keep = argv[i + 1];
  }
  const auto folder = options.keep.empty() ? std::filesystem::temp_directory_path() /
                                                 fmt::format("tandem_import_bench_{}", getpid())
                                           : options.keep;
  std::filesystem::create_directories(folder);
  measure(options, folder);
  if (options.keep.empty()) std::filesystem::remove_all(folder);
  return 0;
}
