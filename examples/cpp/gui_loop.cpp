/* A program with an event loop of its own watches the readers and diagnoses, and never blocks: calls back from the
 * library's threads put what they heard into a queue and wake the loop by an eventfd. Qt, GTK or a Windows message loop
 * take the place of poll(); nothing else changes.
 *
 *   gui_loop [EVENTS [URL [WORKER]]]     ends after so many events (default: never) and the diagnosis of URL, if one is named
 *
 *   c++ -std=c++17 gui_loop.cpp $(pkg-config --cflags --libs tomcheck) -pthread */
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tomcheck.hpp"

/* Lines from any thread, for the one that shows them. */
class inbox {
public:
    inbox() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    inbox(const inbox &) = delete;
    inbox &operator=(const inbox &) = delete;
    ~inbox() { close(descriptor_); }

    void put(std::string line) {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            lines_.push_back(std::move(line));
        }
        const std::uint64_t one = 1;
        if (write(descriptor_, &one, sizeof one) < 0) {
            /* full: the loop is awake anyway */
        }
    }

    std::deque<std::string> take() {
        std::uint64_t count = 0;
        if (read(descriptor_, &count, sizeof count) < 0) {
            /* woken without reason */
        }
        const std::lock_guard<std::mutex> lock(mutex_);
        return std::exchange(lines_, {});
    }

    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
    std::mutex mutex_;
    std::deque<std::string> lines_;
};

/* On a thread of its own: a diagnosis takes seconds. */
static std::string diagnosis(const tomcheck::cancellation &cancellation, const std::string &url, const std::string &worker,
                             inbox &inbox) {
    try {
        tomcheck::options options;
        options.target(url).proxy("direct").cancelled_by(cancellation);
        if (!worker.empty()) {
            options.worker(worker);
        }
        options.on_progress([&inbox](const tomcheck::progress &progress) {
            if (progress.status == TOMCHECK_PROBE_BEGINS) {
                inbox.put("looking at " + std::string(progress.probe));
            }
        });
        const tomcheck::report report = options.diagnose();
        return "diagnosis: " + std::string(report.root_cause().value_or("none"));
    } catch (const tomcheck::error &error) {
        return "diagnosis: " + std::string(error.what());
    }
}

int main(int argc, char **argv) {
    const long wanted = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 0;
    inbox inbox;
    std::thread looking;
    const tomcheck::cancellation cancellation;
    const tomcheck::monitor monitor(tomcheck::mode::automatic, tomcheck::lang::fr, [&inbox](const tomcheck::event &event) {
        inbox.put("event: " + std::string(event.text()));
    });
    bool is_diagnosed = argc < 3;
    if (!is_diagnosed) {
        const std::string url = argv[2], worker = argc > 3 ? argv[3] : "";
        looking = std::thread([&, url, worker] { inbox.put(diagnosis(cancellation, url, worker, inbox)); });
    }
    long events = 0;
    while (wanted == 0 || events < wanted || !is_diagnosed) {
        pollfd wake = {inbox.descriptor(), POLLIN, 0};
        poll(&wake, 1, 1000); /* a toolkit's own events come here too */
        for (const std::string &line : inbox.take()) {
            std::cout << line << std::endl;
            events += line.rfind("event: ", 0) == 0 ? 1 : 0;
            is_diagnosed = is_diagnosed || line.rfind("diagnosis: ", 0) == 0;
        }
    }
    if (looking.joinable()) {
        cancellation.cancel();
        looking.join();
    }
}
