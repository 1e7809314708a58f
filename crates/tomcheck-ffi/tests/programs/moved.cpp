// A monitor is moved to while its call back is under way, destroyed by its own, by one of another, and by two at once; and
// the library is called when a thread's own storage is gone.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "tomcheck.hpp"

namespace {

void expect(bool is_so, const char *what) {
    if (!is_so) {
        std::cerr << "not so: " << what << '\n';
        std::_Exit(1);
    }
}

template <class Ready> void wait_for(Ready ready, const char *what) {
    for (int i = 0; i < 6000 && !ready(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    expect(ready(), what);
}

void a_moment() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

tomcheck::monitor watching(std::function<void(const tomcheck::event &)> call) {
    return tomcheck::monitor(tomcheck::mode::automatic, tomcheck::lang::en, std::move(call));
}

// What the function owns is read after the moment in which a function that was freed would be gone.
void moved_to_while_it_is_called() {
    std::atomic<int> begun{0}, ended{0};
    const std::string word(100, 'x');
    auto one = watching([&, word](const tomcheck::event &) {
        begun.fetch_add(1);
        a_moment();
        expect(word.size() == 100 && word.back() == 'x', "the function is whole");
        ended.fetch_add(1);
    });
    wait_for([&] { return begun.load() > 0; }, "the first event is told");
    one = watching([](const tomcheck::event &) {});
    expect(begun.load() == ended.load(), "the old watch has ended");
    one.refresh();
}

void destroyed_by_its_own_call() {
    static std::mutex mutex;
    std::atomic<bool> is_done{false};
    std::optional<tomcheck::monitor> own;
    const std::string word(100, 'x');
    {
        const std::lock_guard<std::mutex> lock(mutex);
        own.emplace(watching([&, word](const tomcheck::event &) {
            {
                const std::lock_guard<std::mutex> lock(mutex);
                own.reset();
            }
            expect(word.size() == 100 && word.back() == 'x', "the function is whole");
            is_done.store(true);
        }));
    }
    wait_for([&] { return is_done.load(); }, "the call back returns");
}

// Each call back destroys the other's monitor while that one is called.
void two_destroy_each_other() {
    struct both {
        std::atomic<int> called{0}, done{0};
        std::unique_ptr<tomcheck::monitor> one, other;
        std::atomic<bool> are_there{false};
    };
    const auto both = std::make_shared<struct both>();
    const auto destroys = [both](std::unique_ptr<tomcheck::monitor> &victim) {
        return [both, &victim](const tomcheck::event &) {
            if (both->called.fetch_add(1) >= 2) {
                return;
            }
            wait_for([&] { return both->are_there.load() && both->called.load() >= 2; }, "both are called");
            victim.reset();
            both->done.fetch_add(1);
        };
    };
    both->one = std::make_unique<tomcheck::monitor>(watching(destroys(both->other)));
    both->other = std::make_unique<tomcheck::monitor>(watching(destroys(both->one)));
    both->are_there.store(true);
    wait_for([&] { return both->done.load() >= 2; }, "neither waits for the other");
}

// Made before the library's own, so that it ends after it.
struct late {
    ~late() {
        expect(tomcheck_options_set_target(nullptr, "tom") != TOMCHECK_OK, "there are no such options");
        expect(tomcheck_last_error() != nullptr, "there is a line, if an empty one");
    }
    void be() const {}
};

void called_when_the_thread_ends() {
    std::thread([] {
        static thread_local late ends_last;
        ends_last.be();
        expect(tomcheck_options_set_target(nullptr, "tom") != TOMCHECK_OK, "there are no such options");
    }).join();
}

} // namespace

int main() {
    called_when_the_thread_ends();
    moved_to_while_it_is_called();
    destroyed_by_its_own_call();
    two_destroy_each_other();
    return 0;
}
