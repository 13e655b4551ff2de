#include "analysis/claims/claims_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "analysis/claims/small_generalizes.hpp"
#include "core/error.hpp"
#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_claims_file {
namespace {

/// "problem | remedy" of the error that reading `text` ends in.
std::string failure(const std::string& text) {
    try {
        (void)read_claims(text, "claims.yaml");
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        return error.problem() + " | " + error.remedy();
    }
    return "no error";
}

/// A file with one claim, with `lines` in it.
std::string with(const std::string& lines) {
    return "claims:\n  - id: A\n    kind: small_generalizes\n    english: Text\n" + lines;
}

TEST(DefaultClaims, AreTenOfOneKindEach) {
    const std::vector<Claim>& claims = default_claims();
    ASSERT_EQ(claims.size(), 10U);
    std::set<const ClaimKind*> kinds;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        EXPECT_EQ(claims[i].id, fmt::format("C{}", i + 1));
        EXPECT_FALSE(claims[i].english.empty());
        EXPECT_NE(claims[i].korean, claims[i].english);
        kinds.insert(claims[i].kind);
    }
    EXPECT_EQ(kinds.size(), 10U);
}

TEST(ReadClaims, ReadsSettingsAndLeavesTheRestAtTheirDefaults) {
    const auto claims =
        read_claims(with("    small: {to: 16}\n    large: {from: 1e3, to: 4096}\n    margin: 1e-2"),
                    "claims.yaml");
    ASSERT_EQ(claims.size(), 1U);
    EXPECT_EQ(settings_of<SmallGeneralizes>(claims[0]),
              (SmallGeneralizes{.small = {1, 16}, .large = {1000, 4096}, .margin = 0.01}));
    EXPECT_EQ(claims[0].korean, "Text") << "falls back to English";
    EXPECT_EQ(settings_of<SmallGeneralizes>(read_claims(with(""), "claims.yaml")[0]),
              SmallGeneralizes{});
}

TEST(ReadClaims, NamesTheLineThePathAndTheNearestName) {
    EXPECT_EQ(failure(with("    smal: {to: 16}")),
              "claims.yaml:5: claims[0].smal: unknown key | did you mean small?");
    EXPECT_EQ(failure(with("    small:\n      too: 16")),
              "claims.yaml:6: claims[0].small.too: unknown key | did you mean to?");
    EXPECT_EQ(failure("claim:\n  - id: A"),
              "claims.yaml:1: claim: unknown key | did you mean claims?");
    EXPECT_EQ(failure("claims:\n  - id: A\n    kind: small_generalises\n    english: T"),
              "claims.yaml:3: claims[0].kind: 'small_generalises' is not a kind of claim | did you "
              "mean small_generalizes?");
}

TEST(ReadClaims, RefusesWrongTypesAndValuesOutOfRange) {
    EXPECT_EQ(failure(with("    margin: wide")),
              "claims.yaml:5: claims[0].margin: 'wide' is not a number | give a number above 0");
    for (const char* wrong :
         {"    margin: 0", "    margin: -0.1", "    margin: .nan", "    margin: .inf",
          "    margin: [0.1]", "    margin:", "    small: 32", "    small: [1, 32]",
          "    small: {to: 32.5}", "    small: {to: 0}", "    small: {from: 33, to: 32}",
          "    korean: [a]", "    korean: ''", "    id: B", "    ? [a]\n    : b"}) {
        EXPECT_EQ(failure(with(wrong)).find("claims.yaml:5: "), 0U)
            << wrong << failure(with(wrong));
    }
    EXPECT_NE(failure("claims:\n  - {id: A, kind: double_the_rate, english: T, lowest_slope: 1}")
                  .find("is not below 1"),
              std::string::npos);
    EXPECT_NE(failure("claims:\n  - {id: A, kind: sharp_minima, english: T, fewest_batch_sizes: 2}")
                  .find("is not >= 3"),
              std::string::npos);
}

TEST(ReadClaims, RefusesASettingThatTheKindHasNoUseFor) {
    EXPECT_EQ(
        failure(with("    medium: {from: 64}")),
        "claims.yaml:5: claims[0].medium: a claim of kind small_generalizes has no use for it "
        "| it takes small, large, margin");
}

TEST(ReadClaims, RefusesGroupsThatShareABatchSizeOrAreOutOfOrder) {
    EXPECT_EQ(failure(with("    small: {to: 256}")),
              "claims.yaml:2: claims[0]: small goes up to 256, but large begins at 256 | let small "
              "end below where large begins");
    EXPECT_NE(failure(with("    small: {from: 512, to: 1024}")), "no error");
    EXPECT_EQ(failure(with("    small: {to: 255}")), "no error");
}

TEST(ReadClaims, RefusesMissingAndRepeatedThings) {
    EXPECT_EQ(
        failure("claims:\n  - id: A\n    english: T"),
        "claims.yaml:2: claims[0]: has no 'kind' | a claim needs id, kind and english; see the "
        "default claims");
    EXPECT_EQ(
        failure(with("  - id: A\n    kind: faster\n    english: Other")),
        "claims.yaml:5: claims[1]: the id A is given twice, first at claims.yaml:2 | give each "
        "claim an id of its own");
    for (const char* wrong : {"", "# nothing", "claims:", "claims: []", "claims: {a: b}", "[1]",
                              "claims: [1]", "text", "claims: [", "claims:\n\t- id: A",
                              "claims: [{id: A, kind: faster, english: T}]\n---\nclaims: []"}) {
        EXPECT_EQ(failure(wrong).find("claims.yaml"), 0U) << wrong;
    }
}

TEST(ReadClaimsFile, NamesAFileThatCannotBeRead) {
    const auto folder = std::filesystem::temp_directory_path();
    for (const auto& path : {folder / "no_such_claims.yaml", folder}) {
        try {
            (void)read_claims_file(path);
            ADD_FAILURE() << "read " << path;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::configuration);
            EXPECT_EQ(error.problem().find(path.string()), 0U);
        }
    }
}

TEST(ReadClaimsFile, ReadsACopyOfTheDefaults) {
    const auto file = std::filesystem::temp_directory_path() / "batchscope_claims_copy.yaml";
    std::ofstream(file) << default_claims_yaml;
    EXPECT_EQ(read_claims_file(file).size(), 10U);
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace batchscope::tests_of_claims_file
