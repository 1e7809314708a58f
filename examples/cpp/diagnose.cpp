/* Runs a diagnosis and says what blocks, why, and what to do about it.
 *
 *   diagnose [URL [MODULE [CA_FILE [PROXY [WORKER]]]]]      ("-" leaves one at its default)
 *
 *   c++ -std=c++17 diagnose.cpp $(pkg-config --cflags --libs tomcheck)
 *
 * Ends with 0 when nothing blocks, 1 when something does, 2 when it could not be told. */
#include <iostream>
#include <string>
#include <vector>

#include "tomcheck.hpp"

static void set_all(tomcheck::options &options, const std::vector<std::string> &values) {
    using setter = tomcheck::options &(tomcheck::options::*)(const std::string &);
    const setter setters[] = {&tomcheck::options::target, &tomcheck::options::module, &tomcheck::options::ca_file,
                              &tomcheck::options::proxy, &tomcheck::options::worker};
    for (std::size_t i = 0; i < values.size() && i < std::size(setters); ++i) {
        if (values[i] != "-") {
            (options.*setters[i])(values[i]);
        }
    }
}

static void tell(const tomcheck::finding &finding) {
    std::cout << finding.code() << " (" << finding.layer() << "): " << finding.title() << '\n';
    for (const tomcheck::evidence evidence : finding.evidence()) {
        std::cout << "    " << evidence.label() << " = " << evidence.value() << '\n';
    }
    for (const std::string_view step : finding.steps()) {
        std::cout << "  - " << step << '\n';
    }
}

int main(int argc, char **argv) {
    try {
        tomcheck::options options;
        set_all(options, std::vector<std::string>(argv + 1, argv + argc));
        options.on_progress([](const tomcheck::progress &progress) {
            if (progress.status == TOMCHECK_PROBE_BEGINS) {
                std::cerr << progress.probe << " ...\n";
            }
        });
        const tomcheck::report report = options.diagnose();
        std::cout << "root cause: " << report.root_cause().value_or("none") << '\n';
        for (const tomcheck::finding finding : report) {
            tell(finding);
        }
        switch (report.verdict()) {
        case tomcheck::verdict::blocked: return 1;
        case tomcheck::verdict::undetermined: return 2;
        default: return 0;
        }
    } catch (const tomcheck::error &error) {
        std::cerr << "tomcheck: " << error.what() << '\n';
        return 2;
    }
}
