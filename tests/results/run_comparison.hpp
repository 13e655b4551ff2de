#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

#include "core/error.hpp"
#include "results/result_schema.hpp"

/// What tests of result files compare: runs to the last bit, bytes, and errors.
namespace batchscope {

inline std::vector<char> bytes_of(const std::filesystem::path& file) {
    std::ifstream input(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(input), {}};
}

inline void put_bytes(const std::filesystem::path& file, const std::vector<char>& bytes) {
    std::ofstream(file, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    return names;
}

inline void expect_same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(std::bit_cast<std::uint64_t>(a[i]), std::bit_cast<std::uint64_t>(b[i]));
    }
}

template <class Value>
void expect_same_bits(const std::vector<Value>& a, const std::vector<Value>& b) {
    EXPECT_EQ(a, b);
}

/// A column that a row has no entry of is NaN in it.
inline void expect_same_sharpness(const SharpnessRecord& wanted, const SharpnessRecord& found) {
    EXPECT_EQ(wanted.scales, found.scales);
    EXPECT_EQ(wanted.settings, found.settings);
    for (const SharpnessColumn& column : found.columns) {
        EXPECT_NE(std::find(wanted.columns.begin(), wanted.columns.end(), column),
                  wanted.columns.end())
            << column.name;
    }
    ASSERT_EQ(wanted.rows.size(), found.rows.size());
    for (std::size_t i = 0; i < wanted.rows.size(); ++i) {
        const SharpnessRow& left = wanted.rows[i];
        const SharpnessRow& right = found.rows[i];
        EXPECT_EQ(left.epoch, right.epoch);
        EXPECT_EQ(left.step, right.step);
        for (const auto& [name, values] : left.values) {
            SCOPED_TRACE(name);
            ASSERT_TRUE(right.values.contains(name));
            expect_same_bits(values, right.values.at(name));
        }
        for (const auto& [name, values] : right.values) {
            SCOPED_TRACE(name);
            EXPECT_TRUE(left.values.contains(name) ||
                        std::all_of(values.begin(), values.end(),
                                    [](double value) { return std::isnan(value); }));
        }
    }
}

/// Compares column by column; NaN equals NaN.
template <class Columns>
void expect_same_columns(const Columns& a, const Columns& b) {
    visit_columns(a, [&](const DatasetDescription& wanted, const auto& left) {
        visit_columns(b, [&](const DatasetDescription& found, const auto& right) {
            if constexpr (std::is_same_v<decltype(left), decltype(right)>) {
                if (wanted.name == found.name) {
                    SCOPED_TRACE(wanted.group + "/" + wanted.name);
                    expect_same_bits(left, right);
                }
            }
        });
    });
}

inline void expect_same_arrays(const std::vector<NamedArray>& a, const std::vector<NamedArray>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].name, b[i].name);
        EXPECT_EQ(a[i].long_name, b[i].long_name);
        EXPECT_EQ(a[i].shape, b[i].shape);
        EXPECT_EQ(a[i].values, b[i].values);
    }
}

inline void expect_same(const RunRecord& a, const RunRecord& b) {
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(a.reason, b.reason);
    EXPECT_EQ(a.study, b.study);
    EXPECT_EQ(a.program_version, b.program_version);
    EXPECT_EQ(a.batch_size, b.batch_size);
    EXPECT_EQ(a.seed, b.seed);
    EXPECT_EQ(a.learning_rate, b.learning_rate);
    EXPECT_EQ(a.learning_rate_scaling, b.learning_rate_scaling);
    EXPECT_EQ(a.collapsed, b.collapsed);
    EXPECT_EQ(a.alias_of, b.alias_of);
    EXPECT_EQ(a.configuration_hash, b.configuration_hash);
    EXPECT_EQ(a.data_hash, b.data_hash);
    EXPECT_EQ(a.axes, b.axes);
    EXPECT_EQ(a.configuration, b.configuration);
    expect_same_columns(a.data, b.data);
    expect_same_columns(a.environment, b.environment);
    EXPECT_EQ(a.environment.text, b.environment.text);
    expect_same_columns(a.steps, b.steps);
    EXPECT_EQ(a.steps.shares_coupled, b.steps.shares_coupled);
    expect_same_columns(a.epochs, b.epochs);
    expect_same_sharpness(a.sharpness, b.sharpness);
    expect_same_columns(a.predictions, b.predictions);
    expect_same_arrays(a.data.synthetic, b.data.synthetic);
    expect_same_arrays(a.weights, b.weights);
}

/// Runs `action` and returns the Error it throws; fails if it throws none or something else.
inline Error error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    } catch (const std::exception& error) {
        ADD_FAILURE() << "not an Error: " << error.what();
        return run_time_error("", "");
    }
    ADD_FAILURE() << "no error";
    return run_time_error("", "");
}

}  // namespace batchscope
