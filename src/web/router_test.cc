// SPDX-License-Identifier: Apache-2.0
#include "web/router.h"

#include <set>

#include <gtest/gtest.h>

namespace tandem::web {
namespace {

TEST(Router, FixedSegmentsComeBeforeNames) {
  const std::vector<Route> routes = {
      {.method = Method::kGet, .path = "/runs/{id}"},
      {.method = Method::kGet, .path = "/runs/last"},
      {.method = Method::kDelete, .path = "/runs/{id}"},
  };
  const Router router(routes);
  EXPECT_EQ(router.find("GET", "/api/v1/runs/last").value().route, &routes[1]);
  const Match match = router.find("GET", "/api/v1/runs/a%2Fb").value();
  EXPECT_EQ(match.route, &routes[0]);
  EXPECT_EQ(match.values.at("id"), "a/b");
}

TEST(Router, SaysWhichMethodsAPathHas) {
  const std::vector<Route> routes = {{.method = Method::kGet, .path = "/x"},
                                     {.method = Method::kPut, .path = "/x"}};
  const Router router(routes);
  const Match match = router.find("DELETE", "/api/v1/x").value();
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, "GET, PUT");
  for (const char* path : {"/api/v1",
                           "/api/v1/",
                           "/api/v1/y",
                           "/api/v1/x/",
                           "/api/v1//x",
                           "/x",
                           "/api/v2/x",
                           "/api/v1x"}) {
    const Match none = router.find("GET", path).value();
    EXPECT_EQ(none.route, nullptr) << path;
    EXPECT_TRUE(none.allowed.empty()) << path;
  }
}

TEST(Router, EscapesAreReadStrictly) {
  EXPECT_EQ(percentDecode("a%20b+c", false).value(), "a b+c");
  EXPECT_EQ(percentDecode("a%20b+c", true).value(), "a b c");
  for (const char* bad : {"%", "%2", "%zz", "%00"})
    EXPECT_FALSE(percentDecode(bad, false).ok()) << bad;
}

TEST(Router, TheFirstOfTwoEqualNamesCounts) {
  const Values values = parseQuery("a=1&a=2&b&c=%26").value();
  EXPECT_EQ(values.at("a"), "1");
  EXPECT_EQ(values.at("b"), "");
  EXPECT_EQ(values.at("c"), "&");
}

TEST(Routes, EachIsWhole) {
  std::set<std::string> seen;
  for (const Route& route : allRoutes()) {
    const std::string name = std::string(toString(route.method)) + " " + std::string(route.path);
    EXPECT_TRUE(seen.insert(name).second) << name << " twice";
    EXPECT_FALSE(route.summary.empty()) << name;
    EXPECT_FALSE(route.summary.ends_with('.')) << name;
    EXPECT_NE(route.command.empty(), route.resource == nullptr) << name;
    EXPECT_TRUE(route.command.empty() || route.act.empty())
        << name << ": commands record themselves";
    std::size_t in_path = 0;
    for (const Parameter& parameter : route.parameters) {
      if (parameter.place == Place::kPath) {
        ++in_path;
        EXPECT_NE(route.path.find("{" + std::string(parameter.name) + "}"), std::string::npos)
            << name << ": " << parameter.name;
      }
      EXPECT_TRUE(parameter.place != Place::kBody || route.changesSomething()) << name;
    }
    EXPECT_EQ(in_path, std::count(route.path.begin(), route.path.end(), '{')) << name;
  }
}

// What anybody may ask for without signing in.
TEST(Routes, OnlySigningInIsOpen) {
  for (const Route& route : allRoutes()) {
    if (route.role) continue;
    const bool is_sign_in = route.path.starts_with("/session");
    const bool is_first_look = route.path == "/setup" && route.method == Method::kGet;
    EXPECT_TRUE(is_sign_in || is_first_look) << route.path;
  }
}

}  // namespace
}  // namespace tandem::web
