#pragma once

#include <unistd.h>

#include <utility>

namespace batchscope {

/// Sole owner of an open file; closes it at the end. A negative number, which open() returns where
/// it fails, is kept for the caller to ask about.
class FileDescriptor {
  public:
    explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
    ~FileDescriptor() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    FileDescriptor(FileDescriptor&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&&) = delete;

    [[nodiscard]] int get() const { return descriptor_; }
    /// Closes now, for the errno: network file systems report a full disk or quota only here.
    int close() { return ::close(std::exchange(descriptor_, -1)); }

  private:
    int descriptor_;
};

}  // namespace batchscope
