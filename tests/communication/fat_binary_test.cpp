#include "communication/fat_binary.hpp"

#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>

namespace batchscope::tests_of_fat_binary {
namespace {

namespace fs = std::filesystem;

template <class T>
void append(std::string& bytes, T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

/// One entry of a fat binary: kind 2 is machine code, 1 is PTX.
std::string entry(std::uint16_t kind, std::uint32_t architecture, std::uint64_t payload = 16,
                  std::uint32_t header = 64) {
    std::string bytes;
    append(bytes, kind);
    append(bytes, std::uint16_t{0x101});
    append(bytes, header);
    append(bytes, payload);
    bytes.resize(28);
    append(bytes, architecture);
    bytes.resize(64 + 16);
    return bytes;
}

std::string container(const std::string& entries, std::uint16_t header = 16) {
    std::string bytes;
    append(bytes, std::uint32_t{0xBA55ED50});
    append(bytes, std::uint16_t{1});
    append(bytes, header);
    append(bytes, static_cast<std::uint64_t>(entries.size()));
    return bytes + entries;
}

/// A library with one section `name` that holds `content`.
std::string library_with(const std::string& name, const std::string& content) {
    const std::string names = std::string("\0", 1) + name + std::string("\0", 1);
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_shoff = sizeof(header);
    header.e_shnum = 3;
    header.e_shstrndx = 2;
    std::array<Elf64_Shdr, 3> sections{};
    sections[1].sh_name = 1;
    sections[1].sh_type = SHT_PROGBITS;
    sections[1].sh_offset = sizeof(header) + sizeof(sections);
    sections[1].sh_size = content.size();
    sections[2].sh_type = SHT_STRTAB;
    sections[2].sh_offset = sections[1].sh_offset + content.size();
    sections[2].sh_size = names.size();
    std::string bytes;
    append(bytes, header);
    append(bytes, sections);
    return bytes + content + names;
}

class FatBinary : public ::testing::Test {
  protected:
    ~FatBinary() override { fs::remove(file_); }
    [[nodiscard]] std::vector<std::string> read(const std::string& bytes) const {
        std::ofstream(file_, std::ios::binary) << bytes;
        return fat_binary_architectures(file_);
    }
    [[nodiscard]] std::vector<std::string> read_code(const std::string& code) const {
        return read(library_with(".nv_fatbin", code));
    }

    const fs::path file_ =
        fs::path(::testing::TempDir()) / ("fat_binary_test." + std::to_string(::getpid()));
};

using Names = std::vector<std::string>;

TEST_F(FatBinary, ListsMachineCodeOfAllContainersOnceAndAscending) {
    const std::string padding(8, '\0');
    EXPECT_EQ(read_code(container(entry(2, 90) + entry(2, 70)) + padding +
                        container(entry(2, 70) + entry(2, 80))),
              (Names{"sm_70", "sm_80", "sm_90"}));
}

TEST_F(FatBinary, LeavesOutPtx) {
    EXPECT_EQ(read_code(container(entry(2, 70) + entry(1, 90))), Names{"sm_70"});
}

TEST_F(FatBinary, IsEmptyWhereThereIsNoSuchSectionLibraryOrFile) {
    EXPECT_EQ(read(library_with(".text", container(entry(2, 70)))), Names{});
    EXPECT_EQ(read("no library at all, but a text of some length that is long enough to be one"),
              Names{});
    EXPECT_EQ(read(""), Names{});
    EXPECT_EQ(fat_binary_architectures("/nowhere/libtorch_cuda.so"), Names{});
    EXPECT_EQ(fat_binary_architectures(""), Names{});
}

// Nobody may conclude from half a list that an architecture is missing.
TEST_F(FatBinary, IsEmptyWhereTheLayoutIsNotTheKnownOne) {
    const std::string good = container(entry(2, 70));
    constexpr auto huge = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(read_code(good + container(entry(2, 80), 0)), Names{});
    EXPECT_EQ(read_code(good + container(entry(2, 80, 16, 0))), Names{});
    EXPECT_EQ(read_code(good + container(entry(2, 80, huge - 63))), Names{});
    EXPECT_EQ(read_code(good + container(entry(2, 80)).substr(0, 40)), Names{});
}

TEST_F(FatBinary, SurvivesAnyTruncation) {
    const std::string whole =
        library_with(".nv_fatbin", container(entry(2, 70)) + container(entry(2, 90)));
    for (std::size_t size = 0; size < whole.size(); size += 3) {
        const auto names = read(whole.substr(0, size));
        EXPECT_TRUE(names.empty()) << size;
    }
}

TEST(LoadedLibrary, IsFoundByTheStartOfItsName) {
    EXPECT_TRUE(fs::exists(loaded_library_path("libtorch_cpu.so")));
    EXPECT_TRUE(loaded_library_path("libnosuchlibrary.so").empty());
}

}  // namespace
}  // namespace batchscope::tests_of_fat_binary
