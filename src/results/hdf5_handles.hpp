#pragma once

#include <hdf5.h>

#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

namespace batchscope {

/// Held around every use of HDF5, which is not thread safe as Debian builds it: a thread that marks
/// a run failed may meet the one that writes.
[[nodiscard]] std::unique_lock<std::recursive_mutex> hdf5_for_this_thread();

/// What HDF5 said about a failed call: the innermost message of its error stack, and the errno
/// value in it (0 if there is none).
class Hdf5Failure : public std::runtime_error {
  public:
    Hdf5Failure(const std::string& text, int error_number)
        : std::runtime_error(text), error_number_(error_number) {}
    [[nodiscard]] int error_number() const noexcept { return error_number_; }

  private:
    int error_number_;
};

/// Stops HDF5 from printing its error stack to stderr: it reaches the user as an Error instead.
void silence_hdf5();

/// Throws Hdf5Failure with the error stack when `result` is negative; `action` says what was tried
/// ("write data set step"). Returns `result`.
hid_t hdf5_check(hid_t result, const std::string& action);

/// Sole owner of an HDF5 identifier; closes it at the end.
class Hdf5Handle {
  public:
    using Close = herr_t (*)(hid_t);

    /// Takes the identifier that a creating or opening call returned. Throws Hdf5Failure if it
    /// failed.
    Hdf5Handle(hid_t identifier, Close close, const std::string& action)
        : identifier_(hdf5_check(identifier, action)), close_(close) {}
    ~Hdf5Handle() {
        if (identifier_ >= 0) {
            close_(identifier_);
        }
    }
    Hdf5Handle(Hdf5Handle&& other) noexcept
        : identifier_(std::exchange(other.identifier_, H5I_INVALID_HID)), close_(other.close_) {}
    Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
        std::swap(identifier_, other.identifier_);
        std::swap(close_, other.close_);
        return *this;
    }

    operator hid_t() const noexcept { return identifier_; }  // NOLINT: stands for the identifier

  private:
    hid_t identifier_;
    Close close_;
};

/// Variable-length UTF-8: the one text type of a result file.
[[nodiscard]] Hdf5Handle utf8_text_type();

}  // namespace batchscope
