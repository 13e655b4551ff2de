#include "core/failure_text.hpp"

#include <new>

#include "core/error.hpp"

namespace batchscope {

std::string failure_text(const std::exception_ptr& failure) noexcept {
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        return error.what();
    } catch (const std::bad_alloc&) {
        return "out of memory\n  remedy: use a smaller training.micro_batch_size, fewer ranks on a "
               "host, or less data";
    } catch (const std::exception& error) {
        // LibTorch appends a backtrace that no user can use.
        const std::string text = error.what();
        return text.substr(0, text.find("\nException raised from"));
    } catch (...) {
        return "unknown failure";
    }
}

}  // namespace batchscope
