#include "result_publisher.hpp"

#include <utility>

#include "results/result_file.hpp"

namespace batchscope {

ResultPublisher::ResultPublisher(std::filesystem::path file, bool writes)
    : file_(std::move(file)), writes_(writes), start_(std::chrono::steady_clock::now()) {}

void ResultPublisher::publish(const RunRecord& record, bool last) {
    if (!writes_) {
        return;
    }
    const auto begin = std::chrono::steady_clock::now();
    const bool cheap = cost_ * 100 < begin - start_;
    if (written_ && !last && !cheap) {
        return;
    }
    write_result(file_, record);
    written_ = true;
    cost_ += std::chrono::steady_clock::now() - begin;
}

}  // namespace batchscope
