#pragma once

#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace batchscope {

/// A new empty folder that goes away with its owner.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "batchscope-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
        return path_ / name;
    }

  private:
    std::filesystem::path path_;
};

/// A file system of a few kilobytes, unmounted at the end.
class TinyFileSystem {
  public:
    explicit TinyFileSystem(const std::filesystem::path& path) : path_(path) {
        std::filesystem::create_directory(path);
        mounted_ = ::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=64k") == 0;
    }
    ~TinyFileSystem() {
        if (mounted_) {
            ::umount(path_.c_str());
        }
    }
    TinyFileSystem(const TinyFileSystem&) = delete;
    TinyFileSystem& operator=(const TinyFileSystem&) = delete;
    [[nodiscard]] bool mounted() const { return mounted_; }

  private:
    std::filesystem::path path_;
    bool mounted_;
};

}  // namespace batchscope
