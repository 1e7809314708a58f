// What a call back throws: tomcheck.hpp catches it, and throws it again from the function that looks. Out of a plain function,
// which C could not throw from either, it ends the program by SIGABRT, wherever it was called.
//
//   thrown WORKER MODULE PIN_PAD_MODULE
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tomcheck.hpp"

namespace {

void expect(bool is_so, const std::string &what) {
    if (!is_so) {
        std::cout << "not so: " << what << '\n' << std::flush;
        std::_Exit(1);
    }
}

// In a child, forked before this process uses the library.
template <class Run> void ends_the_program(Run run, const std::string &what) {
    const pid_t child = fork();
    if (child == 0) {
        const rlimit no_core{0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        run();
        std::_Exit(7);
    }
    int status = 0;
    expect(waitpid(child, &status, 0) == child, "the child is waited for");
    expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, what + " ends by SIGABRT");
}

struct words {
    std::string worker, module, pin_pad_module;
};

// No site and no card service: a card that its module alone knows.
void set(tomcheck::options &options, const std::string &worker, const std::string &module) {
    options.worker(worker).module(module).only("cert").skip("reader,card");
}

extern "C" {

void hears(void *, const char *, std::int32_t, std::uint32_t, std::uint32_t) { throw std::runtime_error("heard"); }

std::int32_t types(void *, char *, std::size_t) { throw 7; }

std::int32_t types_on_reader(void *, std::uint32_t) { throw std::string("told"); }

void is_told(void *, const tomcheck_event *) { throw std::runtime_error("told"); }
}

void certs(const std::string &worker, const std::string &module, tomcheck_progress_fn progress, tomcheck_pin_fn typed,
           tomcheck_pin_pad_fn on_reader) {
    tomcheck::options options;
    set(options, worker, module);
    tomcheck_options_set_progress(options.get(), progress, nullptr);
    tomcheck_options_set_pin_callback(options.get(), typed, on_reader, nullptr);
    try {
        options.certs();
    } catch (...) {
        // nothing of it may come here
    }
}

void wait_long() { std::this_thread::sleep_for(std::chrono::seconds(50)); }

void plain_functions(const words &words) {
    ends_the_program([&] { certs(words.worker, words.module, hears, nullptr, nullptr); }, "progress");
    ends_the_program([&] { certs(words.worker, words.module, nullptr, types, nullptr); }, "the code porteur");
    ends_the_program([&] { certs(words.worker, words.pin_pad_module, nullptr, nullptr, types_on_reader); }, "the keys");
    ends_the_program(
        [] {
            tomcheck_monitor *monitor = nullptr;
            tomcheck_monitor_start(TOMCHECK_AUTOMATIC, TOMCHECK_FR, is_told, nullptr, &monitor);
            wait_long();
        },
        "an event");
    ends_the_program(
        [] {
            const tomcheck::monitor monitor(tomcheck::mode::automatic, tomcheck::lang::fr,
                                            [](const tomcheck::event &) { throw std::runtime_error("told"); });
            wait_long();
        },
        "an event of a monitor");
}

struct own_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class Look> void throws_it_again(Look look, const std::string &what) {
    try {
        look();
        expect(false, what + " is thrown again");
    } catch (const own_error &error) {
        expect(error.what() == what, what + " is what was thrown");
    }
}

void of_the_wrapper(const words &words) {
    tomcheck::options options;
    set(options, words.worker, words.module);
    int heard = 0;
    options.on_progress([&](const tomcheck::progress &) {
        ++heard;
        throw own_error("heard");
    });
    throws_it_again([&] { options.certs(); }, "heard");
    expect(heard == 1, "nothing is heard after it");
    options.on_progress(nullptr).on_pin([]() -> std::optional<std::string> { throw own_error("typed"); });
    throws_it_again([&] { options.certs(); }, "typed");
    options.on_pin(nullptr).on_pin_pad([](std::uint32_t) -> bool { throw own_error("told"); }).module(words.pin_pad_module);
    throws_it_again([&] { options.certs(); }, "told");
    options.on_pin_pad(nullptr);
    expect(options.certs().count("/probes") > 0, "what threw before can look again");
}

// The same as in C: refused, not taken for a holder who declined.
void is_no_code(const words &words, const std::string &code) {
    tomcheck::options options;
    set(options, words.worker, words.module);
    options.on_pin([&] { return std::optional<std::string>(code); });
    try {
        options.certs();
        expect(false, "what is no code porteur is an error");
    } catch (const tomcheck::error &error) {
        expect(error.status() == TOMCHECK_BAD_VALUE, "it is a bad value");
    }
}

} // namespace

int main(int argc, char **argv) {
    expect(argc == 4, "there are three words");
    const words words{argv[1], argv[2], argv[3]};
    plain_functions(words);
    of_the_wrapper(words);
    is_no_code(words, "123");
    is_no_code(words, "12345678901234567890");
    std::size_t count = 0;
    for (const std::string_view code : tomcheck::codes()) {
        count += code.find('.') != std::string_view::npos;
    }
    expect(count == tomcheck::codes().size() && count > 90, "every code has its layer");
    return 0;
}
