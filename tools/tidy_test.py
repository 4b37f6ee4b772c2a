#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checks of tidy.py, each with what it must find and what it must leave alone."""
import pathlib
import tempfile
import unittest

import cpp_text
import tidy

HEAD = "// SPDX-License-Identifier: Apache-2.0\n"


class Tree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def source(self, path, body):
        self.write(path, HEAD + body)
        self.write("src/CMakeLists.txt", f"add_library(x {path[len('src/'):]})\n")

    def checks(self):
        return sorted({finding.check for finding in tidy.run(self.root)[1]})


class Sources(Tree):
    def test_a_clean_file_has_no_findings(self):
        self.source("src/a/b.cc", "int one() {\n  return 1'000 + '}';\n}\n")
        self.assertEqual(self.checks(), [])

    def test_the_licence_is_missing(self):
        self.write("src/CMakeLists.txt", "add_library(x a.cc)\n")
        self.write("src/a.cc", "int x;\n")
        self.assertEqual(self.checks(), ["spdx"])

    def test_a_script_has_its_licence_behind_the_interpreter(self):
        self.write("a.sh", "#!/bin/bash\n# SPDX-License-Identifier: Apache-2.0\n")
        self.assertEqual(self.checks(), [])

    def test_long_files(self):
        self.source("src/a.cc", "int x;\n" * 600)
        self.assertEqual(self.checks(), ["file-size"])

    def test_long_lines(self):
        self.source("src/a.cc", "// " + "x" * 98 + "\n")
        self.assertEqual(self.checks(), ["columns"])

    def test_columns_are_characters_and_not_bytes(self):
        self.source("src/a.cc", "// " + "ü" * 97 + "\n")
        self.assertEqual(self.checks(), [])

    def test_long_functions(self):
        self.source("src/a.cc", "void f() {\n" + "  g();\n" * 70 + "}\n")
        self.assertEqual(self.checks(), ["function-size"])

    def test_a_long_table_is_no_function(self):
        self.source("src/a.cc", "constexpr int kTable[] = {\n" + "  1,\n" * 90 + "};\n")
        self.assertEqual(self.checks(), [])

    def test_many_parameters(self):
        self.source("src/a.cc", "void f(int a, int b, int c, int d, int e, int g, int h) {}\n")
        self.assertEqual(self.checks(), ["parameters"])

    def test_template_arguments_are_no_parameters(self):
        self.source("src/a.cc", "void f(std::map<A, B, C, D> a, int b, int c, int d, int e) {}\n")
        self.assertEqual(self.checks(), [])

    def test_banned_calls(self):
        for call in ("std::chrono::system_clock::now()", 'printf("x")', "std::regex r", "throw x",
                     "std::this_thread::sleep_for(x)"):
            self.source("src/a.cc", f"void f() {{\n  {call};\n}}\n")
            self.assertEqual(self.checks(), ["banned"], call)

    def test_banned_words_in_comments_and_texts_are_nothing(self):
        self.source("src/a.cc", '// never throw here\nauto x = "throw printf(";\n')
        self.assertEqual(self.checks(), [])

    def test_raw_strings_are_texts(self):
        self.source("src/a.cc", 'auto x = R"tag(\n throw } " { )tag";\n')
        self.assertEqual(self.checks(), [])

    def test_platform_may_ask_for_the_time(self):
        self.source("src/platform/a.cc", "auto x = std::chrono::system_clock::now();\n")
        self.assertEqual(self.checks(), [])

    def test_using_namespace(self):
        self.source("src/a.cc", "using namespace std;\n")
        self.assertEqual(self.checks(), ["banned"])
        self.source("src/a.cc", "using namespace std::chrono_literals;\n")
        self.assertEqual(self.checks(), [])

    def test_leftovers(self):
        self.source("src/a.cc", "// FIX" "ME later\n")
        self.assertEqual(self.checks(), ["fixme"])
        self.source("src/a.cc", "// TO" "DO later\n")
        self.assertEqual(self.checks(), ["todo"])
        self.source("src/a.cc", "// TODO(#12): when 3.41 is out\n")
        self.assertEqual(self.checks(), [])

    def test_a_library_stays_in_its_folder(self):
        self.source("src/sync/a.cc", "#include <sqlite3.h>\n")
        self.assertEqual(self.checks(), ["confined"])
        self.source("src/store/a.cc", "#include <sqlite3.h>\n")
        (self.root / "src/sync/a.cc").unlink()
        self.assertEqual(self.checks(), [])

    def test_what_only_tests_include_is_a_test(self):
        self.write("src/scene.h", HEAD + "#pragma once\n#include <gtest/gtest.h>\n")
        self.source("src/a_test.cc", '#include "scene.h"\n')
        self.assertEqual(self.checks(), [])
        self.source("src/a.cc", '#include "scene.h"\n')
        (self.root / "src/a_test.cc").unlink()
        self.assertEqual(self.checks(), ["confined"])

    def test_sql_stands_in_the_store(self):
        self.source("src/sync/a.cc", 'auto x = "SELECT id FROM t";\n')
        self.assertEqual(self.checks(), ["sql"])

    def test_prose_is_no_sql(self):
        self.source("src/sync/a.cc", 'auto x = "SELECT";  // "SELECT id FROM t"\n')
        self.assertEqual(self.checks(), [])

    def test_headers_guard_themselves_and_are_used(self):
        self.write("src/a.h", HEAD + "int x;\n")
        self.assertEqual(self.checks(), ["dead", "pragma-once"])

    def test_a_source_that_no_list_names(self):
        self.write("src/a.cc", HEAD)
        self.assertEqual(self.checks(), ["dead"])


class Documents(Tree):
    def test_good_pages(self):
        self.write("README.md", "# A\n\n[b](docs/b.md#the-words)\n")
        self.write("docs/b.md", "# B\n\n## The words\n\n```\n# no title\n[x](nowhere)\n```\n")
        self.assertEqual(self.checks(), [])

    def test_dead_links_and_headings(self):
        self.write("README.md", "# A\n\n[b](docs/c.md)\n")
        self.assertEqual(self.checks(), ["link"])
        self.write("README.md", "# A\n\n[b](#nothing)\n")
        self.assertEqual(self.checks(), ["link"])

    def test_a_link_out_of_the_project(self):
        self.write("README.md", "# A\n\n[b](../other/c.md)\n")
        self.assertEqual(self.checks(), ["link"])

    def test_pictures_in_html(self):
        self.write("README.md", '# A\n\n<img src="docs/a.svg">\n')
        self.assertEqual(self.checks(), ["link"])

    def test_titles(self):
        self.write("README.md", "# A\n\n# B\n")
        self.assertEqual(self.checks(), ["one-title"])

    def test_orphans(self):
        self.write("README.md", "# A\n")
        self.write("docs/b.md", "# B\n")
        self.assertEqual(self.checks(), ["orphan"])


class Allowances(Tree):
    def test_an_exception_with_its_reason(self):
        self.source("src/a.cc", "// " + "x" * 98 + "\n")
        self.write("tools/tidy_allow.txt", "columns src/a.cc a table that is read side by side\n")
        self.assertEqual(self.checks(), [])

    def test_one_without_a_reason(self):
        self.source("src/a.cc", "// " + "x" * 98 + "\n")
        self.write("tools/tidy_allow.txt", "columns src/a.cc\n")
        self.assertEqual(self.checks(), ["allow", "columns"])

    def test_one_that_excuses_nothing(self):
        self.source("src/a.cc", "int x;\n")
        self.write("tools/tidy_allow.txt", "columns src/a.cc a table\n")
        self.assertEqual(self.checks(), ["allow"])


class Functions(unittest.TestCase):
    def names(self, code):
        return [function.name for function in cpp_text.functions(cpp_text.blank(code))]

    def test_methods_constructors_and_operators(self):
        code = ("namespace a {\nclass B : public C {\n public:\n  B() : x_{1}, y_(2) {}\n"
                "  int get() const { return x_; }\n  bool operator==(B) { return 1; }\n};\n}\n"
                "int a::f(int x) {\n  auto g = [](int y) { return y; };\n  return g(x);\n}\n")
        self.assertEqual(self.names(code), ["B", "get", "operator==", "a::f"])

    def test_lengths(self):
        function = cpp_text.functions("void f(\n    int a) {\n  g();\n}\n")[0]
        self.assertEqual((function.line, function.lines, function.parameters), (1, 4, 1))

    def test_initialisers_are_no_functions(self):
        self.assertEqual(self.names("const X kX = make({1, 2});\nY y = [] { return 1; }();\n"), [])


if __name__ == "__main__":
    unittest.main(verbosity=0)
