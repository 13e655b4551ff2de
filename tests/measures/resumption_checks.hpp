#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "example_functions.hpp"
#include "measures/measure.hpp"

namespace batchscope {

/// The same numbers, NaN by NaN, to the last bit.
inline bool same_bits(const std::vector<double>& first, const std::vector<double>& second) {
    return first.size() == second.size() &&
           (first.empty() ||
            std::memcmp(first.data(), second.data(), first.size() * sizeof(double)) == 0);
}

inline void expect_same(const MeasuredValues& found, const MeasuredValues& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (const auto& [name, numbers] : expected) {
        ASSERT_TRUE(found.contains(name)) << name;
        EXPECT_TRUE(same_bits(found.at(name), numbers)) << name;
    }
}

inline bool same_state(const std::vector<NamedArray>& first,
                       const std::vector<NamedArray>& second) {
    if (first.size() != second.size()) {
        return false;
    }
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (first[i].name != second[i].name || first[i].shape != second[i].shape ||
            !same_bits(std::get<std::vector<double>>(first[i].values),
                       std::get<std::vector<double>>(second[i].values))) {
            return false;
        }
    }
    return true;
}

/// The numbers of the array called `name`.
inline std::vector<double> numbers_in(const std::vector<NamedArray>& state,
                                      const std::string& name) {
    for (const NamedArray& array : state) {
        if (array.name == name) {
            return std::get<std::vector<double>>(array.values);
        }
    }
    ADD_FAILURE() << "the state holds no " << name;
    return {};
}

using MakeMeasure = std::function<std::unique_ptr<Measure>()>;

/// Runs to the end; fails the test after 10,000 calls.
inline MeasuredValues finish(Measure& measure) {
    for (int calls = 0; !measure.finished(); ++calls) {
        if (calls == 10'000) {
            ADD_FAILURE() << measure.name() << " does not end";
            break;
        }
        measure.advance();
    }
    return measure.values();
}

/// From the state after every advance(), the first included, a fresh object ends at the same bits.
inline void expect_resumable(const MakeMeasure& make) {
    const auto whole = make();
    const auto expected = finish(*whole);
    const auto running = make();
    for (int advances = 0;; ++advances) {
        const auto resumed = make();
        resumed->restore(running->state());
        ASSERT_TRUE(same_state(resumed->state(), running->state())) << advances;
        ASSERT_EQ(resumed->finished(), running->finished());
        expect_same(finish(*resumed), expected);
        if (::testing::Test::HasFailure() || running->finished()) {
            ASSERT_FALSE(::testing::Test::HasFailure()) << "after advance " << advances;
            break;
        }
        running->advance();
    }
}

/// A stop in any call of the function leaves the measure as it was, and it goes on to the same
/// bits. `log`: of the function that the measures of `make` call.
inline void expect_unharmed_by_stops(const MakeMeasure& make, CallLog& log) {
    log = {};
    const auto whole = make();
    const auto expected = finish(*whole);
    const auto calls = static_cast<std::int64_t>(log.points.size());
    for (std::int64_t stopped = 0; stopped < calls; ++stopped) {
        log = {};
        log.stop_at = stopped;
        const auto measure = make();
        bool was_stopped = false;
        while (!measure->finished()) {
            const auto before = measure->state();
            try {
                measure->advance();
            } catch (const AgreedStop&) {
                was_stopped = true;
                ASSERT_TRUE(same_state(measure->state(), before)) << "call " << stopped;
            }
        }
        ASSERT_TRUE(was_stopped) << "call " << stopped;
        expect_same(measure->values(), expected);
        ASSERT_FALSE(::testing::Test::HasFailure()) << "call " << stopped;
    }
    log = {};
}

/// With a function that is NaN from any of its calls on, the measure ends.
inline void expect_end_with_not_a_number(const MakeMeasure& make, CallLog& log,
                                         const std::function<void(const MeasuredValues&)>& check) {
    log = {};
    finish(*make());
    const auto calls = static_cast<std::int64_t>(log.points.size());
    for (std::int64_t first = 0; first < calls; ++first) {
        log = {};
        log.not_a_number_after = first;
        const auto measure = make();
        check(finish(*measure));
        ASSERT_FALSE(::testing::Test::HasFailure()) << "not a number from call " << first;
    }
    log = {};
}

}  // namespace batchscope
