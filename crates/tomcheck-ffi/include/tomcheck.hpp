/* libtomcheck for C++17: the header alone, over tomcheck.h.
 *
 * What owns is a class that moves and frees; what is only looked at (finding, evidence, steps, event) is a view, good as
 * long as the report, or the call back, it came from. What C tells by a status is thrown as tomcheck::error. Strings are
 * std::string_view into the owner, UTF-8.
 *
 *     tomcheck::options options;
 *     options.target("tom").lang(tomcheck::lang::en);
 *     const tomcheck::report report = options.diagnose();
 *     for (const tomcheck::finding finding : report) {
 *         std::cout << finding.code() << ": " << finding.title() << '\n';
 *     }
 */
#ifndef TOMCHECK_HPP
#define TOMCHECK_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "tomcheck.h"

namespace tomcheck {

/* Why the library could not do as asked. what() is one line for a person. */
class error : public std::runtime_error {
public:
    error(tomcheck_status status, const char *line) : std::runtime_error(line), status_(status) {}
    tomcheck_status status() const noexcept { return status_; }

private:
    tomcheck_status status_;
};

/* Thrown where a cancellation ended a diagnosis. */
class cancelled : public error {
public:
    using error::error;
};

enum class lang : std::int32_t { fr = TOMCHECK_FR, en = TOMCHECK_EN };
enum class mode : std::int32_t { automatic = TOMCHECK_AUTOMATIC, manual = TOMCHECK_MANUAL };
enum class verdict : std::int32_t {
    ok = TOMCHECK_VERDICT_OK,
    warning = TOMCHECK_VERDICT_WARNING,
    blocked = TOMCHECK_VERDICT_BLOCKED,
    undetermined = TOMCHECK_VERDICT_UNDETERMINED,
};
enum class severity : std::int32_t {
    none = TOMCHECK_SEVERITY_NONE,
    fault = TOMCHECK_SEVERITY_FAULT,
    warning = TOMCHECK_SEVERITY_WARNING,
    info = TOMCHECK_SEVERITY_INFO,
};
enum class audience : std::int32_t {
    nobody = TOMCHECK_FOR_NOBODY,
    holder = TOMCHECK_FOR_HOLDER,
    technician = TOMCHECK_FOR_TECHNICIAN,
    network_admin = TOMCHECK_FOR_NETWORK_ADMIN,
    issuer = TOMCHECK_FOR_ISSUER,
};
enum class state : std::int32_t {
    none = TOMCHECK_STATE_NONE,
    absent = TOMCHECK_STATE_ABSENT,
    present = TOMCHECK_STATE_PRESENT,
    mute = TOMCHECK_STATE_MUTE,
    in_use = TOMCHECK_STATE_IN_USE,
    unavailable = TOMCHECK_STATE_UNAVAILABLE,
};
enum class cause : std::int32_t {
    none = TOMCHECK_CAUSE_NONE,
    start = TOMCHECK_CAUSE_START,
    change = TOMCHECK_CAUSE_CHANGE,
    refresh = TOMCHECK_CAUSE_REFRESH,
};

namespace detail {

inline void check(tomcheck_status status) {
    if (status == TOMCHECK_CANCELLED) {
        throw cancelled(status, tomcheck_last_error());
    }
    if (status != TOMCHECK_OK) {
        throw error(status, tomcheck_last_error());
    }
}

inline std::string_view text(const char *text) noexcept {
    return text != nullptr ? std::string_view(text) : std::string_view();
}

inline std::optional<std::string_view> some_text(const char *text) noexcept {
    return text != nullptr ? std::optional<std::string_view>(text) : std::nullopt;
}

template <class T, void (*Free)(T *)> struct freed {
    void operator()(T *handle) const noexcept { Free(handle); }
};

/* A handle that is freed with its owner. It is a number, not an address: nothing is read where it points. */
template <class T, void (*Free)(T *)> using owned = std::unique_ptr<T, freed<T, Free>>;

/* Items that are made on the way, from what owns them and their index. */
template <class Item, class Owner> class indexed {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Item;
        using difference_type = std::ptrdiff_t;
        using pointer = const Item *;
        using reference = Item;

        iterator(Owner owner, std::size_t index) noexcept : owner_(owner), index_(index) {}
        Item operator*() const { return Item(owner_, index_); }
        iterator &operator++() noexcept {
            ++index_;
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            ++index_;
            return before;
        }
        friend bool operator==(const iterator &one, const iterator &other) noexcept { return one.index_ == other.index_; }
        friend bool operator!=(const iterator &one, const iterator &other) noexcept { return !(one == other); }

    private:
        Owner owner_;
        std::size_t index_;
    };

    indexed(Owner owner, std::size_t size) noexcept : owner_(owner), size_(size) {}
    iterator begin() const noexcept { return iterator(owner_, 0); }
    iterator end() const noexcept { return iterator(owner_, size_); }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    /* Of an index that is too high every text is empty. */
    Item operator[](std::size_t index) const { return Item(owner_, index); }

private:
    Owner owner_;
    std::size_t size_;
};

/* Which finding of which report. */
struct place {
    const tomcheck_report *report;
    std::size_t finding;
};

} // namespace detail

/* One piece of evidence. A view into its report. */
class evidence {
public:
    evidence(detail::place of, std::size_t index) noexcept : of_(of), index_(index) {}
    std::optional<std::string_view> key() const noexcept {
        return detail::some_text(tomcheck_finding_evidence_key(of_.report, of_.finding, index_));
    }
    std::string_view label() const noexcept {
        return detail::text(tomcheck_finding_evidence_label(of_.report, of_.finding, index_));
    }
    std::string_view value() const noexcept {
        return detail::text(tomcheck_finding_evidence_value(of_.report, of_.finding, index_));
    }

private:
    detail::place of_;
    std::size_t index_;
};

/* One step of a remedy. A view into its report, and a string_view by itself. */
class step {
public:
    step(detail::place of, std::size_t index) noexcept
        : text_(detail::text(tomcheck_finding_step(of.report, of.finding, index))) {}
    operator std::string_view() const noexcept { return text_; }
    std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

/* One finding. A view into its report. */
class finding {
public:
    finding(const tomcheck_report *report, std::size_t index) noexcept : of_{report, index} {}

    std::string_view code() const noexcept { return detail::text(tomcheck_finding_code(of_.report, of_.finding)); }
    std::string_view layer() const noexcept { return detail::text(tomcheck_finding_layer(of_.report, of_.finding)); }
    std::string_view title() const noexcept { return detail::text(tomcheck_finding_title(of_.report, of_.finding)); }
    std::string_view doc() const noexcept { return detail::text(tomcheck_finding_doc(of_.report, of_.finding)); }
    std::optional<std::string_view> note() const noexcept {
        return detail::some_text(tomcheck_finding_note(of_.report, of_.finding));
    }
    std::optional<std::string_view> consequence_of() const noexcept {
        return detail::some_text(tomcheck_finding_consequence_of(of_.report, of_.finding));
    }
    tomcheck::severity severity() const noexcept {
        return static_cast<tomcheck::severity>(tomcheck_finding_severity(of_.report, of_.finding));
    }
    tomcheck::audience audience() const noexcept {
        return static_cast<tomcheck::audience>(tomcheck_finding_audience(of_.report, of_.finding));
    }
    detail::indexed<tomcheck::evidence, detail::place> evidence() const noexcept {
        return {of_, tomcheck_finding_evidence_count(of_.report, of_.finding)};
    }
    detail::indexed<step, detail::place> steps() const noexcept {
        return {of_, tomcheck_finding_step_count(of_.report, of_.finding)};
    }

private:
    detail::place of_;
};

/* A report, worst finding first. */
class report {
public:
    using findings_range = detail::indexed<finding, const tomcheck_report *>;

    explicit report(tomcheck_report *handle) noexcept : handle_(handle) {}

    tomcheck::verdict verdict() const {
        tomcheck_verdict told = TOMCHECK_VERDICT_UNDETERMINED;
        detail::check(tomcheck_report_verdict(get(), &told));
        return static_cast<tomcheck::verdict>(told);
    }
    std::optional<std::string_view> root_cause() const noexcept {
        return detail::some_text(tomcheck_report_root_cause(get()));
    }
    std::string_view json() const noexcept { return detail::text(tomcheck_report_json(get())); }
    std::string_view text() const noexcept { return detail::text(tomcheck_report_text(get())); }
    std::string_view html() const noexcept { return detail::text(tomcheck_report_html(get())); }
    /* By a JSON pointer, "/card/state". */
    std::optional<std::string_view> value(const std::string &pointer) const noexcept {
        return detail::some_text(tomcheck_report_value(get(), pointer.c_str()));
    }
    std::size_t count(const std::string &pointer) const noexcept { return tomcheck_report_count(get(), pointer.c_str()); }

    findings_range findings() const noexcept { return {get(), tomcheck_finding_count(get())}; }
    findings_range::iterator begin() const noexcept { return findings().begin(); }
    findings_range::iterator end() const noexcept { return findings().end(); }

    const tomcheck_report *get() const noexcept { return handle_.get(); }

private:
    detail::owned<tomcheck_report, tomcheck_report_free> handle_;
};

/* What explain and identify answer. */
class answer {
public:
    explicit answer(tomcheck_answer *handle) noexcept : handle_(handle) {}
    std::string_view json() const noexcept { return detail::text(tomcheck_answer_json(get())); }
    std::string_view text() const noexcept { return detail::text(tomcheck_answer_text(get())); }
    std::optional<std::string_view> value(const std::string &pointer) const noexcept {
        return detail::some_text(tomcheck_answer_value(get(), pointer.c_str()));
    }
    std::size_t count(const std::string &pointer = "") const noexcept {
        return tomcheck_answer_count(get(), pointer.c_str());
    }
    const tomcheck_answer *get() const noexcept { return handle_.get(); }

private:
    detail::owned<tomcheck_answer, tomcheck_answer_free> handle_;
};

/* Ends diagnoses from another thread. */
class cancellation {
public:
    cancellation() : handle_(tomcheck_cancellation_new()) {
        if (!handle_) {
            throw error(TOMCHECK_FAILED, tomcheck_last_error());
        }
    }
    void cancel() const { detail::check(tomcheck_cancel(handle_.get())); }
    bool is_cancelled() const noexcept { return tomcheck_is_cancelled(handle_.get()) != 0; }
    const tomcheck_cancellation *get() const noexcept { return handle_.get(); }

private:
    detail::owned<tomcheck_cancellation, tomcheck_cancellation_free> handle_;
};

/* How far a diagnosis is. */
struct progress {
    std::string_view probe;
    tomcheck_probe_status status;
    std::uint32_t done;
    std::uint32_t of;
};

/* What a diagnosis is told. Calls back come from threads of the library. An exception that leaves one is thrown by the
 * function that looks, once that has ended; no call back is heard after it. The object must outlive what it is looking
 * at, and may not be moved meanwhile. */
class options {
public:
    options() : handle_(tomcheck_options_new()), calls_(std::make_unique<calls>()) {
        if (!handle_) {
            throw error(TOMCHECK_FAILED, tomcheck_last_error());
        }
    }

    /* What the machine's and the user's files of settings say, or the one at path instead of them; what is set here wins. */
    options &load_settings() { return done(tomcheck_options_load_settings(get(), nullptr)); }
    options &load_settings(const std::string &path) { return set(tomcheck_options_load_settings, path); }
    options &target(const std::string &url) { return set(tomcheck_options_set_target, url); }
    options &only(const std::string &layers) { return set(tomcheck_options_set_only, layers); }
    options &skip(const std::string &layers) { return set(tomcheck_options_set_skip, layers); }
    options &module(const std::string &path) { return set(tomcheck_options_set_module, path); }
    options &reader(const std::string &name) { return set(tomcheck_options_set_reader, name); }
    options &ca_file(const std::string &path) { return set(tomcheck_options_set_ca_file, path); }
    options &proxy(const std::string &setting) { return set(tomcheck_options_set_proxy, setting); }
    options &worker(const std::string &program) { return set(tomcheck_options_set_worker, program); }
    /* Presented to the card once, by the next diagnosis. The caller wipes its own copy. */
    options &pin(const char *code) { return done(tomcheck_options_set_pin(get(), code)); }
    options &proxy_login(const std::string &user, const std::string &password) {
        return done(tomcheck_options_set_proxy_login(get(), user.c_str(), password.c_str()));
    }
    options &deadline(std::uint32_t seconds) { return done(tomcheck_options_set_deadline(get(), seconds)); }
    options &lang(tomcheck::lang lang) {
        return done(tomcheck_options_set_lang(get(), static_cast<std::int32_t>(lang)));
    }
    options &in_process(bool value = true) { return done(tomcheck_options_set_in_process(get(), value ? 1 : 0)); }
    options &final_try(bool value = true) { return done(tomcheck_options_set_final_try(get(), value ? 1 : 0)); }
    options &thorough(bool value = true) { return done(tomcheck_options_set_thorough(get(), value ? 1 : 0)); }
    options &refresh(bool value = true) { return done(tomcheck_options_set_refresh(get(), value ? 1 : 0)); }
    options &show_identity(bool value = true) { return done(tomcheck_options_set_show_identity(get(), value ? 1 : 0)); }
    options &cancelled_by(const cancellation &cancellation) {
        return done(tomcheck_options_set_cancellation(get(), cancellation.get()));
    }
    /* One call at a time; the holder may be asked for the code porteur on another thread meanwhile, so what the two
     * functions share needs a lock. */
    options &on_progress(std::function<void(const progress &)> call) {
        calls_->heard = std::move(call);
        const tomcheck_progress_fn heard = calls_->heard ? &calls::hear : nullptr;
        return done(tomcheck_options_set_progress(get(), heard, calls_.get()));
    }
    /* Asked once a diagnosis at most; none: the holder declined. What is no code porteur is an error of the function that
     * looks, and reaches no card. */
    options &on_pin(std::function<std::optional<std::string>()> call) {
        calls_->typed = std::move(call);
        return ask_for_pin();
    }
    /* Tells the holder to type on the reader, within so many seconds. */
    options &on_pin_pad(std::function<bool(std::uint32_t)> call) {
        calls_->on_reader = std::move(call);
        return ask_for_pin();
    }

    report diagnose() { return look([this](tomcheck_report **out) { return tomcheck_diagnose(get(), out); }); }
    report card() { return look([this](tomcheck_report **out) { return tomcheck_card(get(), out); }); }
    report certs() { return look([this](tomcheck_report **out) { return tomcheck_certs(get(), out); }); }
    report proxy_for(const std::string &url) {
        return look([&](tomcheck_report **out) { return tomcheck_proxy(get(), url.c_str(), out); });
    }
    report tls(const std::string &url) {
        return look([&](tomcheck_report **out) { return tomcheck_tls(get(), url.c_str(), out); });
    }

    tomcheck_options *get() const noexcept { return handle_.get(); }

private:
    /* Where calls from C arrive. It stays where it is when the options move. */
    struct calls {
        std::function<void(const progress &)> heard;
        std::function<std::optional<std::string>()> typed;
        std::function<bool(std::uint32_t)> on_reader;
        std::mutex mutex;
        std::exception_ptr thrown;

        /* Nothing that is thrown may reach C; what was, ends the hearing. */
        template <class Call> void keep(Call call) noexcept {
            try {
                {
                    const std::lock_guard<std::mutex> lock(mutex);
                    if (thrown) {
                        return;
                    }
                }
                call();
            } catch (...) {
                const std::lock_guard<std::mutex> lock(mutex);
                if (!thrown) {
                    thrown = std::current_exception();
                }
            }
        }

        std::exception_ptr take() {
            const std::lock_guard<std::mutex> lock(mutex);
            return std::exchange(thrown, nullptr);
        }

        static void hear(void *self, const char *probe, std::int32_t status, std::uint32_t done, std::uint32_t of) noexcept {
            auto *calls = static_cast<options::calls *>(self);
            calls->keep([&] {
                calls->heard(progress{detail::text(probe), static_cast<tomcheck_probe_status>(status), done, of});
            });
        }

        static std::int32_t type(void *self, char *pin, std::size_t size) noexcept {
            auto *calls = static_cast<options::calls *>(self);
            std::int32_t given = 0;
            calls->keep([&] {
                std::optional<std::string> code = calls->typed();
                if (code) {
                    /* One that is too long fills all there is, without an end: C refuses it. */
                    std::memcpy(pin, code->c_str(), std::min(code->size() + 1, size));
                    given = 1;
                    wipe(*code);
                }
            });
            return given;
        }

        static std::int32_t type_on_reader(void *self, std::uint32_t seconds) noexcept {
            auto *calls = static_cast<options::calls *>(self);
            bool wants = false;
            calls->keep([&] { wants = calls->on_reader(seconds); });
            return wants ? 1 : 0;
        }

        /* Through a volatile pointer, so that it is not left out as useless. */
        static void wipe(std::string &text) noexcept {
            volatile char *at = &text[0];
            for (std::size_t left = text.size(); left > 0; --left) {
                *at++ = '\0';
            }
        }
    };

    options &set(tomcheck_status (*setter)(tomcheck_options *, const char *), const std::string &value) {
        return done(setter(get(), value.c_str()));
    }

    options &done(tomcheck_status status) {
        detail::check(status);
        return *this;
    }

    options &ask_for_pin() {
        const tomcheck_pin_fn typed = calls_->typed ? &calls::type : nullptr;
        const tomcheck_pin_pad_fn on_reader = calls_->on_reader ? &calls::type_on_reader : nullptr;
        return done(tomcheck_options_set_pin_callback(get(), typed, on_reader, calls_.get()));
    }

    template <class Look> report look(Look look) {
        tomcheck_report *made = nullptr;
        const tomcheck_status status = look(&made);
        report report(made);
        if (const std::exception_ptr thrown = calls_->take()) {
            std::rethrow_exception(thrown);
        }
        detail::check(status);
        return report;
    }

    detail::owned<tomcheck_options, tomcheck_options_free> handle_;
    std::unique_ptr<calls> calls_;
};

/* One thing a monitor tells. A view, good until the call back returns; keep() makes one that lasts. */
class event {
public:
    explicit event(const tomcheck_event *handle) noexcept : handle_(handle) {}

    tomcheck::state state() const noexcept { return static_cast<tomcheck::state>(tomcheck_event_state(handle_)); }
    tomcheck::cause cause() const noexcept { return static_cast<tomcheck::cause>(tomcheck_event_cause(handle_)); }
    std::optional<std::string_view> reader() const noexcept { return detail::some_text(tomcheck_event_reader(handle_)); }
    std::optional<std::string_view> atr() const noexcept { return detail::some_text(tomcheck_event_atr(handle_)); }
    std::optional<std::string_view> code() const noexcept { return detail::some_text(tomcheck_event_code(handle_)); }
    std::optional<std::string_view> step() const noexcept { return detail::some_text(tomcheck_event_step(handle_)); }
    std::string_view text() const noexcept { return detail::text(tomcheck_event_text(handle_)); }
    std::string_view json() const noexcept { return detail::text(tomcheck_event_json(handle_)); }
    const tomcheck_event *get() const noexcept { return handle_; }

private:
    const tomcheck_event *handle_;
};

/* An event that lasts as long as this does. */
class kept_event {
public:
    explicit kept_event(const event &event) {
        tomcheck_event *kept = nullptr;
        detail::check(tomcheck_event_keep(event.get(), &kept));
        handle_.reset(kept);
    }
    event operator*() const noexcept { return event(handle_.get()); }

private:
    detail::owned<tomcheck_event, tomcheck_event_free> handle_;
};

/* Watches the readers until it is destroyed or moved to, which waits for the call back under way; not in a call back of
 * the library, its own or another: then the function lives as long as its call, and what it refers to must as well. An
 * exception that leaves the call back ends the program, as one that leaves a thread does. */
class monitor {
public:
    monitor(tomcheck::mode mode, tomcheck::lang lang, std::function<void(const event &)> call) : call_(std::move(call)) {
        tomcheck_monitor *started = nullptr;
        detail::check(tomcheck_monitor_start(static_cast<std::int32_t>(mode), static_cast<std::int32_t>(lang), &hear,
                                             call_.number(), &started));
        handle_.reset(started);
    }

    monitor(monitor &&) noexcept = default;
    monitor &operator=(monitor &&other) noexcept {
        if (this != &other) {
            /* The old watch ends while its function is there still. */
            handle_.reset();
            call_ = std::move(other.call_);
            handle_ = std::move(other.handle_);
        }
        return *this;
    }

    void refresh() const { detail::check(tomcheck_monitor_refresh(handle_.get())); }
    void set_mode(tomcheck::mode mode) const {
        detail::check(tomcheck_monitor_set_mode(handle_.get(), static_cast<std::int32_t>(mode)));
    }

private:
    using function = std::function<void(const event &)>;

    static void hear(void *number, const tomcheck_event *told) noexcept {
        /* Held meanwhile: the call may destroy its own monitor. */
        const std::shared_ptr<function> call = registered::find(number);
        if (call) {
            (*call)(event(told));
        }
    }

    /* A function that is called by a number: a call that comes late finds nothing, and follows no pointer. */
    class registered {
    public:
        explicit registered(function call) {
            const auto held = std::make_shared<function>(std::move(call));
            const std::lock_guard<std::mutex> lock(all().mutex);
            number_ = ++all().last;
            all().calls.emplace(number_, held);
        }
        registered(registered &&other) noexcept : number_(std::exchange(other.number_, 0)) {}
        registered &operator=(registered &&other) noexcept {
            end();
            number_ = std::exchange(other.number_, 0);
            return *this;
        }
        ~registered() { end(); }

        void *number() const noexcept { return reinterpret_cast<void *>(number_); }

        static std::shared_ptr<function> find(void *number) noexcept {
            const std::lock_guard<std::mutex> lock(all().mutex);
            const auto found = all().calls.find(reinterpret_cast<std::uintptr_t>(number));
            return found != all().calls.end() ? found->second : nullptr;
        }

    private:
        void end() noexcept {
            /* What the function owns ends outside the lock: it may be a monitor. */
            std::shared_ptr<function> last;
            const std::lock_guard<std::mutex> lock(all().mutex);
            const auto found = all().calls.find(number_);
            if (found != all().calls.end()) {
                last = std::move(found->second);
                all().calls.erase(found);
            }
        }

        struct table {
            std::mutex mutex;
            std::uintptr_t last = 0;
            std::map<std::uintptr_t, std::shared_ptr<function>> calls;
        };

        /* Never destroyed: threads of the library may outlive the end of main. */
        static table &all() {
            static table *const only = new table;
            return *only;
        }

        std::uintptr_t number_;
    };

    /* Ends after the handle, whose end waits for the last call. */
    registered call_;
    detail::owned<tomcheck_monitor, tomcheck_monitor_free> handle_;
};

inline std::string_view version() noexcept { return detail::text(tomcheck_version()); }

/* A code of a finding. A string_view by itself; it lives for ever. */
class code {
public:
    code(std::nullptr_t, std::size_t index) noexcept : text_(detail::text(tomcheck_code(index))) {}
    operator std::string_view() const noexcept { return text_; }
    std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

/* Every code of a finding there is. */
inline detail::indexed<code, std::nullptr_t> codes() noexcept { return {nullptr, tomcheck_code_count()}; }

/* What a code or an error message means. */
inline answer explain(const std::string &input, lang lang = lang::fr) {
    tomcheck_answer *made = nullptr;
    detail::check(tomcheck_explain(input.c_str(), static_cast<std::int32_t>(lang), &made));
    return answer(made);
}

/* What an identifier says. */
inline answer identify(const std::string &value, lang lang = lang::fr) {
    tomcheck_answer *made = nullptr;
    detail::check(tomcheck_identify(value.c_str(), static_cast<std::int32_t>(lang), &made));
    return answer(made);
}

/* What the certificates of a file say, by its bytes. */
inline answer identify_file(std::string_view bytes, lang lang = lang::fr) {
    tomcheck_answer *made = nullptr;
    const auto *at = reinterpret_cast<const std::uint8_t *>(bytes.data());
    detail::check(tomcheck_identify_file(at, bytes.size(), static_cast<std::int32_t>(lang), &made));
    return answer(made);
}

/* What a saved report comes to by the rules of this version, by its bytes. */
inline report judge(std::string_view json, lang lang = lang::fr) {
    tomcheck_report *made = nullptr;
    const auto *at = reinterpret_cast<const std::uint8_t *>(json.data());
    detail::check(tomcheck_judge(at, json.size(), static_cast<std::int32_t>(lang), &made));
    return report(made);
}

/* What a log says of the cause, by its bytes. */
inline report trace(std::string_view log, const std::string &name = "log", lang lang = lang::fr) {
    tomcheck_report *made = nullptr;
    const auto *at = reinterpret_cast<const std::uint8_t *>(log.data());
    detail::check(tomcheck_trace(at, log.size(), name.c_str(), static_cast<std::int32_t>(lang), &made));
    return report(made);
}

} // namespace tomcheck

#endif /* TOMCHECK_HPP */
