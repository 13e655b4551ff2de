#pragma once

#include <filesystem>
#include <mutex>
#include <vector>

namespace batchscope {

/// Files and folders that must be gone when the program ends, whichever way: at the end of this
/// object, or from the thread that ends a stalled process.
class TemporaryPaths {
  public:
    TemporaryPaths() = default;
    ~TemporaryPaths() { remove_all(); }
    TemporaryPaths(const TemporaryPaths&) = delete;
    TemporaryPaths& operator=(const TemporaryPaths&) = delete;

    /// A file, or a folder with all that is in it.
    void add(const std::filesystem::path& path);
    /// A folder that is kept if something else is in it by then.
    void add_if_empty(const std::filesystem::path& folder);
    /// In the opposite order of their addition; what cannot be removed stays.
    void remove_all() noexcept;

  private:
    struct Entry {
        std::filesystem::path path;
        bool only_if_empty;
    };
    std::mutex mutex_;
    std::vector<Entry> entries_;
};

}  // namespace batchscope
