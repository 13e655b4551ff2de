// The list of kinds: each pair of files is on it, and files of claims know what is on it alone.
#include "analysis/claims/claims.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "analysis/claims/claims_file.hpp"
#include "core/error.hpp"
#include "core/file_io.hpp"

namespace batchscope::tests_of_claims {
namespace {

namespace fs = std::filesystem;

/// The names of the pairs of files that hold a kind.
std::set<std::string> pairs_of_files() {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(fs::path(ANALYSIS_FOLDER) / "claims")) {
        if (entry.path().extension() == ".hpp" &&
            read_text_file(entry.path()).find("static const ClaimKind& kind();") !=
                std::string::npos) {
            names.insert(entry.path().stem().string());
        }
    }
    return names;
}

std::string claim_of_kind(const std::string& name) {
    return fmt::format("claims: [{{id: A, kind: {}, english: Text}}]", name);
}

TEST(Claims, EachPairOfFilesIsOnTheListUnderItsNameOnce) {
    std::set<std::string> names;
    for (const ClaimKind* kind : claim_kinds()) {
        EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
    }
    EXPECT_EQ(names, pairs_of_files());
}

TEST(Claims, EachPairOfFilesIsFoundByItsName) {
    for (const std::string& name : pairs_of_files()) {
        EXPECT_EQ(read_claims(claim_of_kind(name), "claims.yaml").front().kind->name, name);
    }
}

TEST(Claims, AKindThatIsNotOnTheListIsRefusedWithTheNearestOne) {
    for (const std::string& name : pairs_of_files()) {
        try {
            (void)read_claims(claim_of_kind(name + "s"), "claims.yaml");
            ADD_FAILURE() << "accepted " << name << 's';
        } catch (const Error& error) {
            EXPECT_EQ(
                error.problem(),
                fmt::format("claims.yaml:1: claims[0].kind: '{}s' is not a kind of claim", name));
            EXPECT_EQ(error.remedy(), fmt::format("did you mean {}?", name));
        }
    }
}

}  // namespace
}  // namespace batchscope::tests_of_claims
