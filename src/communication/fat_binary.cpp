#include "communication/fat_binary.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <span>
#include <string_view>

namespace batchscope {

namespace {

/// A file mapped for reading.
class MappedFile {
  public:
    explicit MappedFile(const std::filesystem::path& path) {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat status {};
        if (descriptor >= 0 && ::fstat(descriptor, &status) == 0 && status.st_size > 0) {
            size_ = static_cast<std::size_t>(status.st_size);
            data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
        }
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
    ~MappedFile() {
        if (mapped()) {
            ::munmap(data_, size_);
        }
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] std::span<const std::byte> bytes() const {
        return mapped() ? std::span(static_cast<const std::byte*>(data_), size_)
                        : std::span<const std::byte>{};
    }

  private:
    [[nodiscard]] bool mapped() const { return data_ != nullptr && data_ != MAP_FAILED; }

    void* data_ = nullptr;
    std::size_t size_ = 0;
};

/// The value of type T at `offset`; zero where the bytes end before.
template <class T>
T value_at(std::span<const std::byte> bytes, std::size_t offset) {
    T value{};
    if (offset + sizeof(T) <= bytes.size()) {
        std::memcpy(&value, bytes.data() + offset, sizeof(T));
    }
    return value;
}

std::span<const std::byte> section(std::span<const std::byte> file, std::string_view name) {
    const auto header = value_at<Elf64_Ehdr>(file, 0);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        return {};
    }
    const auto section_at = [&](std::size_t index) {
        return value_at<Elf64_Shdr>(file, header.e_shoff + index * sizeof(Elf64_Shdr));
    };
    const auto names = section_at(header.e_shstrndx);
    for (std::size_t index = 0; index < header.e_shnum; ++index) {
        const auto candidate = section_at(index);
        const std::size_t name_offset = names.sh_offset + candidate.sh_name;
        if (name_offset + name.size() < file.size() && candidate.sh_type != SHT_NOBITS &&
            candidate.sh_offset + candidate.sh_size <= file.size() &&
            std::memcmp(file.data() + name_offset, name.data(), name.size()) == 0 &&
            file[name_offset + name.size()] == std::byte{0}) {
            return file.subspan(candidate.sh_offset, candidate.sh_size);
        }
    }
    return {};
}

}  // namespace

std::filesystem::path loaded_library_path(const std::string& name) {
    struct Search {
        const std::string& name;
        std::filesystem::path found;
    } search{name, {}};
    dl_iterate_phdr(
        [](dl_phdr_info* library, std::size_t, void* state) {
            auto& wanted = *static_cast<Search*>(state);
            const std::filesystem::path path = library->dlpi_name;
            if (path.filename().string().starts_with(wanted.name)) {
                wanted.found = path;
                return 1;
            }
            return 0;
        },
        &search);
    return search.found;
}

std::vector<std::string> fat_binary_architectures(const std::filesystem::path& library) {
    // Containers (magic, version, header size, payload size) follow each other; a container holds
    // entries (kind, version, header size, payload size, ..., architecture at byte 28). Kind 2 is
    // machine code.
    constexpr std::uint32_t container_magic = 0xBA55ED50U;
    constexpr std::uint16_t machine_code = 2;
    const MappedFile file(library);
    const auto code = section(file.bytes(), ".nv_fatbin");
    std::set<std::uint32_t> numbers;
    std::size_t position = 0;
    while (position + 16 <= code.size()) {
        if (value_at<std::uint32_t>(code, position) != container_magic) {
            position += 8;  // padding between containers
            continue;
        }
        const auto header_size = value_at<std::uint16_t>(code, position + 6);
        const auto payload = value_at<std::uint64_t>(code, position + 8);
        const std::size_t room = code.size() - position;
        if (header_size < 16 || header_size > room || payload > room - header_size) {
            return {};
        }
        std::size_t entry = position + header_size;
        const std::size_t end = entry + payload;
        while (entry + 32 <= end) {
            const auto entry_header = value_at<std::uint32_t>(code, entry + 4);
            const auto entry_payload = value_at<std::uint64_t>(code, entry + 8);
            if (entry_header < 32 || entry_header > end - entry ||
                entry_payload > end - entry - entry_header) {
                return {};
            }
            if (value_at<std::uint16_t>(code, entry) == machine_code) {
                numbers.insert(value_at<std::uint32_t>(code, entry + 28));
            }
            entry += entry_header + entry_payload;
        }
        position = end;
    }
    std::vector<std::string> names;
    for (const std::uint32_t number : numbers) {
        names.push_back(fmt::format("sm_{}", number));
    }
    return names;
}

bool architecture_is_served(const std::string& wanted,
                            const std::vector<std::string>& architectures) {
    const int wanted_number = std::stoi(wanted.substr(3));
    return architectures.empty() ||
           std::any_of(architectures.begin(), architectures.end(), [&](const std::string& name) {
               const int number = std::stoi(name.substr(3));
               return number / 10 == wanted_number / 10 && number % 10 <= wanted_number % 10;
           });
}

}  // namespace batchscope
