#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "config/run_settings.hpp"
#include "core/error.hpp"

/// Small data files for the tests of the readers, and what to expect of their errors.
namespace batchscope {

using Bytes = std::vector<std::uint8_t>;

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "batchscope-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("cannot make a temporary folder");
        }
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// The settings of a data set whose files lie there.
inline DataSettings in_folder(const std::filesystem::path& folder) {
    DataSettings settings;
    settings.directory = folder;
    return settings;
}

inline std::filesystem::path write_raw(const std::filesystem::path& path, const Bytes& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path;
}

inline std::filesystem::path write_gzip(const std::filesystem::path& path, const Bytes& bytes) {
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path;
}

inline Bytes read_bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// An IDX file of the given sizes. Byte i of the body is (first + i) modulo `modulus`.
inline Bytes idx_bytes(std::initializer_list<std::uint32_t> sizes, std::size_t body,
                       unsigned modulus, unsigned first = 0) {
    Bytes bytes = {0, 0, 8, static_cast<std::uint8_t>(sizes.size())};
    for (const std::uint32_t size : sizes) {
        for (const unsigned shift : {24U, 16U, 8U, 0U}) {
            bytes.push_back(static_cast<std::uint8_t>(size >> shift));
        }
    }
    for (std::size_t i = 0; i < body; ++i) {
        bytes.push_back(static_cast<std::uint8_t>((first + i) % modulus));
    }
    return bytes;
}

/// The action throws Error with this code, its problem is one line and holds every text of `parts`,
/// and a remedy is given.
template <class Action>
void expect_error(ExitCode code, const std::vector<std::string>& parts, Action&& action) {
    try {
        action();
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), code) << error.what();
        for (const auto& part : parts) {
            EXPECT_NE(error.problem().find(part), std::string::npos)
                << "no \"" << part << "\" in: " << error.problem();
        }
        EXPECT_EQ(error.problem().find('\n'), std::string::npos) << error.problem();
        EXPECT_FALSE(error.remedy().empty());
    }
}

}  // namespace batchscope
